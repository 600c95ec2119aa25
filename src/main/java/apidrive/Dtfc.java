package apidrive;

import java.util.function.BooleanSupplier;

import apidrive.access.ClientAddresses;
import apidrive.config.NodeConfig;
import apidrive.door.api.Admission;
import apidrive.door.dtfc.Contents;
import apidrive.door.dtfc.CopyRules;
import apidrive.door.dtfc.DtfcDoor;
import apidrive.door.dtfc.Giving;
import apidrive.door.dtfc.Storing;
import apidrive.door.dtfc.Switches;
import apidrive.door.route.Door;
import apidrive.name.Names;
import apidrive.object.OwnObjects;
import apidrive.repair.NetworkChunks;
import apidrive.sql.Database;

/** The part of a node that serves clients of dtfc. */
final class Dtfc {
    private final Switches switches;
    private final Contents contents;
    private final Door door;

    /** {@code own} are the objects that this node keeps itself; {@code isReady} tells whether it can do its work. */
    Dtfc(NodeConfig config, Database database, Objects objects, NetworkChunks chunks, Names names, OwnObjects own, Admission admission,
            ClientAddresses addresses, BooleanSupplier isReady) {
        NodeConfig.Dtfc settings = config.doors().dtfc();
        this.switches = new Switches(database);
        this.contents = new Contents(names, objects.writer(), chunks, settings.deletedStays());
        Storing storing = new Storing(objects.writer(), chunks, contents, admission, new CopyRules(settings.copies()));
        Giving giving = new Giving(objects.reader(chunks::retrieve), own, objects.handout());
        this.door = new DtfcDoor(storing, giving, contents, switches, isReady, settings, addresses);
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
}
