package apidrive.peer;

import java.net.URI;
import java.util.SplittableRandom;

/**
 * A made-up world of servers, told apart as real ones are: by hosts of providers, of universities and of people at
 * home, in zones, of many sizes, announced often or seldom. Keys and signatures are random bytes: as long as real ones,
 * as little compressible, and made a thousand times faster.
 */
final class Census {
    private static final String[] PROVIDERS = {"eu-west-1.drive.cumulus.example", "us-east.nodes.stratus.example",
        "ap-south.store.nimbus.example", "fra.hosting.example", "ams.hosting.example", "sgp.hosting.example"};
    private static final String[] DYNAMIC = {"dyn.example.net", "home.example.org", "myhost.example.com"};
    private static final String[] VERSIONS = {"1.0.0", "1.0.1", "1.1.0", "1.2.0"};
    private static final int LETTERS = 26;
    private final SplittableRandom random;

    Census(long seed) {
        random = new SplittableRandom(seed);
    }

    Announcement next() {
        byte[] proof = new byte[Announcement.PROOF_BYTES];
        random.nextBytes(proof);
        Packer packed = new Packer().put8(1).putRaw(proof).put64(sequence());
        profile().pack(packed);
        return Announcement.of(packed.toBytes());
    }

    private long sequence() {
        return random.nextInt(10) < 7 ? 1 + random.nextInt(20) : random.nextLong(2_000);
    }

    private Profile profile() {
        long slots = (random.nextInt(4) == 0 ? 1 + random.nextInt(1_000_000) : 1L << 10 + random.nextInt(12));
        return new Profile(url(), "zone-" + random.nextInt(60), random.nextInt(5) == 0 ? word(4) : "", slots,
                slots, random.nextInt(20) == 0, random.nextInt(30) == 0 ? Declared.READ_ONLY : Declared.ACTIVE,
                VERSIONS[random.nextInt(VERSIONS.length)]);
    }

    private URI url() {
        return URI.create(switch (random.nextInt(4)) {
            case 0 -> "https://node-" + random.nextInt(100_000) + "." + any(PROVIDERS) + "/";
            case 1 -> "https://" + word(5 + random.nextInt(6)) + "." + any(DYNAMIC) + ":8443/drive";
            case 2 -> "https://apidrive.cs." + word(4 + random.nextInt(5)) + ".edu.example/apidrive";
            default -> "http://" + (1 + random.nextInt(223)) + "." + random.nextInt(256) + "." + random.nextInt(256)
                    + "." + random.nextInt(256) + ":8080/apidrive";
        });
    }

    private String word(int letters) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < letters; i++) {
            word.append((char) ('a' + random.nextInt(LETTERS)));
        }
        return word.toString();
    }

    private String any(String[] texts) {
        return texts[random.nextInt(texts.length)];
    }
}
