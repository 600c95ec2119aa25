package apidrive;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;

import apidrive.access.ClientAddresses;
import apidrive.config.NodeConfig;
import apidrive.door.api.Admission;
import apidrive.door.dtfc.Contents;
import apidrive.door.dtfc.CopyRules;
import apidrive.door.dtfc.DtfcDoor;
import apidrive.door.dtfc.Giving;
import apidrive.door.dtfc.Loading;
import apidrive.door.dtfc.PeerList;
import apidrive.door.dtfc.PeerReader;
import apidrive.door.dtfc.Storing;
import apidrive.door.dtfc.Switches;
import apidrive.door.route.Door;
import apidrive.name.Names;
import apidrive.object.OwnObjects;
import apidrive.peer.PeerAddress;
import apidrive.repair.NetworkChunks;
import apidrive.sql.Database;

/** The part of a node that serves clients of dtfc. */
final class Dtfc implements AutoCloseable {
    private final Switches switches;
    private final Contents contents;
    private final PeerReader peers;
    private final Door door;

    /**
     * {@code own} are the objects that this node keeps itself; {@code peers} tells whom it may speak to, {@code isReady} whether it can do
     * its work.
     */
    Dtfc(NodeConfig config, Database database, Objects objects, NetworkChunks chunks, Names names, OwnObjects own,
            InstantSource clock, PeerAddress peers, Admission admission, ClientAddresses addresses, BooleanSupplier isReady) {
        NodeConfig.Dtfc settings = config.doors().dtfc();
        this.switches = new Switches(database);
        this.contents = new Contents(names, objects.writer(), chunks, clock, settings.deletedStays());
        Storing storing = new Storing(objects.writer(), chunks, contents, admission, new CopyRules(settings.copies()));
        Giving giving = new Giving(objects.reader(chunks::retrieve), own, objects.handout());
        this.peers = new PeerReader(peers, PeerReader.Patience.USUAL, config.objects().most());
        Loading loading = new Loading(new PeerList(settings.peerFile(), config.url(), peers), this.peers, storing, contents);
        this.door = new DtfcDoor(storing, giving, loading, contents, switches, isReady, settings, addresses);
    }

    Switches switches() {
        return switches;
    }

    Contents contents() {
        return contents;
    }

    Door door() {
        return door;
    }

    @Override
    public void close() {
        peers.close();
    }
}
