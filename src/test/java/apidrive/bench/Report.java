package apidrive.bench;

/** Where in a document the report stands. */
final class Report {
    static final String BEGIN = "<!-- bench -->\n";
    static final String END = "<!-- /bench -->";

    private Report() {
    }

    /** The document with {@code report} between the two marks; throws where it has them not, or in another order. */
    static String put(String document, String report) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            throw new IllegalArgumentException("the document lacks the lines " + BEGIN.strip() + " and " + END);
        }
        return document.substring(0, begin + BEGIN.length()) + report.strip() + "\n" + document.substring(end);
    }
}
