package apidrive;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import apidrive.access.ClientAddresses;
import apidrive.chunk.Lease;
import apidrive.config.NodeConfig;
import apidrive.door.api.Admission;
import apidrive.door.object.Handout;
import apidrive.door.object.NameResource;
import apidrive.door.object.ObjectResource;
import apidrive.door.object.Serving;
import apidrive.door.object.Tus;
import apidrive.door.object.UploadResource;
import apidrive.door.route.Door;
import apidrive.door.sos.BlobDoor;
import apidrive.door.sos.Blobs;
import apidrive.door.sos.DownloadDoor;
import apidrive.door.sos.UploadDoor;
import apidrive.job.Job;
import apidrive.job.JobRunner;
import apidrive.name.NameDrive;
import apidrive.name.Names;
import apidrive.object.Appending;
import apidrive.object.ChunkSource;
import apidrive.object.KnownObjects;
import apidrive.object.ObjectClaim;
import apidrive.object.ObjectCleaning;
import apidrive.object.ObjectLookup;
import apidrive.object.ObjectReader;
import apidrive.object.ObjectRemoval;
import apidrive.object.ObjectRenewal;
import apidrive.object.ObjectTable;
import apidrive.object.ObjectWriter;
import apidrive.object.Places;
import apidrive.object.UnnamedLeases;
import apidrive.object.UploadNaming;
import apidrive.object.Uploads;
import apidrive.repair.Holding;
import apidrive.repair.NetworkChunks;
import apidrive.sql.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The part of a node that keeps objects of any size, as chunks of the whole network. */
final class Objects implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int GROUPS = 2;  // that a transfer fetches at the same time

    private final ExecutorService fetching;
    private final UnnamedLeases unnamed;
    private final ObjectWriter writer;
    private final Function<ChunkSource, ObjectReader> readers;
    private final ObjectReader reader;
    private final ObjectLookup lookup;
    private final ObjectRemoval removal;
    private final Handout handout;
    private final List<Object> doors;
    private final Blobs blobs;
    private final List<Door> otherDoors;
    private final ObjectCleaning cleaning;
    private final ObjectRenewal renewal;
    private final Job keeping;
    private final Job ending;

    Objects(NodeConfig config, Database database, NetworkChunks chunks, Holding holding, NameDrive drive, boolean isClosed, Lease lease,
            InstantSource clock, Admission admission, ClientAddresses addresses, MeterRegistry metrics) {
        NodeConfig.Objects bounds = config.objects();
        Names names = drive.names();
        this.fetching = fetching(GROUPS * (bounds.downloads() + bounds.uploads()));
        ObjectTable table = new ObjectTable(database);
        Places uploading = new Places("uploads", bounds.uploads());
        Places downloading = new Places("downloads", bounds.downloads());
        this.readers = source -> new ObjectReader(source, table, names, bounds.readAhead(), fetching);
        this.reader = readers.apply(chunks::retrieve);
        this.lookup = new ObjectLookup(names, table, reader);
        this.removal = new ObjectRemoval(names, chunks, table);
        KnownObjects known = new KnownObjects(table, names, isClosed, clock);
        this.unnamed = new UnnamedLeases(database, holding::end, names::wanted, clock);
        this.writer = new ObjectWriter(chunks, unnamed, names, known, uploading, bounds.most());
        ObjectClaim claim = new ObjectClaim(chunks, unnamed);
        Uploads uploads = new Uploads(database, chunks, new UploadNaming(names, reader, claim),
                new Appending.Reading(chunks, bounds.readAhead(), fetching), clock, uploading, bounds.most(), bounds.uploadLifetime());
        this.renewal = new ObjectRenewal(reader, table, chunks, lease);
        this.keeping = drive.keeping(chunks.wish(null, null), lease.lifetime(), renewal::read, holding::hold,
                root -> chunks.info(root).isEmpty());
        this.ending = drive.ending(record -> removal.end(record, chunks.wish(null, null)));
        this.cleaning = new ObjectCleaning(uploads, table, unnamed);
        Serving serving = new Serving(renewal, downloading);
        this.doors = List.of(new ObjectResource(writer, reader, renewal, removal, names, chunks, serving,
                downloading, admission, addresses), new NameResource(names, writer, reader, claim, removal,
                chunks, serving, admission),
                new UploadResource(uploads, chunks, admission), new Tus());
        this.handout = new Handout(reader, renewal, downloading);
        this.blobs = new Blobs(names, writer, removal, handout, chunks, downloading, admission,
                config.doors().sosStrict());
        this.otherDoors = List.of(new UploadDoor(blobs), new DownloadDoor(blobs), new BlobDoor(blobs));
        measure(uploading, "apidrive.object.uploads", "Objects that are taken in", metrics);
        measure(downloading, "apidrive.object.downloads", "Objects that are given out", metrics);
    }

    /** The resources and providers of objects. */
    List<Object> doors() {
        return doors;
    }

    /** The doors of other systems, whose files are objects. */
    List<Door> otherDoors() {
        return otherDoors;
    }

    Blobs blobs() {
        return blobs;
    }

    /** One that reads them wherever they are. */
    ObjectReader reader() {
        return reader;
    }

    ObjectLookup lookup() {
        return lookup;
    }

    ObjectRemoval removal() {
        return removal;
    }

    ObjectWriter writer() {
        return writer;
    }

    /** One that reads objects where their chunks are told to be. */
    ObjectReader reader(ChunkSource source) {
        return readers.apply(source);
    }

    Handout handout() {
        return handout;
    }

    void start(JobRunner jobs) {
        jobs.start(cleaning);
        jobs.start(renewal);
        jobs.start(keeping);
        jobs.start(ending);
    }

    @Override
    public void close() {
        fetching.shutdownNow();
        unnamed.close();
    }

    private static void measure(Places places, String name, String meaning, MeterRegistry metrics) {
        Gauge.builder(name, places, Places::taken).description(meaning).register(metrics);
    }

    /** Threads come and go with the transfers. */
    private static ExecutorService fetching(int most) {
        return new ThreadPoolExecutor(0, most, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "apidrive-object");
            thread.setDaemon(true);
            return thread;
        }, new ThreadPoolExecutor.CallerRunsPolicy());
    }
}
