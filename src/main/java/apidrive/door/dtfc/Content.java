package apidrive.door.dtfc;

import java.util.List;

import apidrive.manifest.Label;
import apidrive.name.NameRecord;

/**
 * What is kept under a SHA-512, as this door shows it.
 *
 * @param fileNames what it was stored as, as its senders wrote it, the last last; empty for what came by other doors without a name
 * @param record    the object, and when it came to be called by the last of them
 */
record Content(List<String> fileNames, NameRecord record) {
    /** In lower-case hexadecimal digits. */
    String sha512() {
        return record.digests().sha512();
    }

    /** The last file name as dtfc writes it; empty where there is none. */
    String fileName() {
        return fileNames.isEmpty() ? "" : FileNames.plain(fileNames.get(fileNames.size() - 1));
    }

    /** By the file name where that tells, as dtfc has it, else as it was stored. */
    String mediaType() {
        return FileNames.type(fileName()).orElse(record.label().mediaType());
    }

    /** What everybody is to take it for; the name is told apart. */
    Label shown() {
        return Label.of(mediaType(), null);
    }
}
