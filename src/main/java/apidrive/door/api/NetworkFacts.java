package apidrive.door.api;

import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** What a client needs to know of the network, beside its servers, to send chunks straight to where they belong. */
@Path("/api/drive/network")
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class NetworkFacts {
    private final Document facts;

    /**
     * {@code partitionBits}: ids fall into two to the power of this parts; {@code copies} and {@code ack} hold for stores that
     * wish for nothing else.
     */
    public NetworkFacts(String name, int partitionBits, int copies, int ack, boolean isClosed) {
        this.facts = new Document().with("Network", name).with("PartitionBits", partitionBits).with("Copies", copies)
                .with("Ack", Math.min(ack, copies)).with("Closed", isClosed);
    }

    @GET
    public Document facts() {
        return facts;
    }
}
