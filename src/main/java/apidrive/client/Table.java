package apidrive.client;

import java.util.Locale;

import apidrive.wire.Document;

/** What a server says, made fit for a terminal. */
final class Table {
    private Table() {
    }

    /** A member's value, a hyphen where there is none. */
    static String value(Document document, String name) {
        return document.get(name).map(value -> value instanceof Double number ? String.format(Locale.ROOT, "%.2f", number)
                : printable(value.toString())).orElse("-");
    }

    /** Without control characters, which could do things to a terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
