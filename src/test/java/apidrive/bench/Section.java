package apidrive.bench;

import java.util.List;

/** A part of the report. */
interface Section {
    /** What it can measure, each as {@code section: what}; {@code --only} picks among them. */
    List<String> names();

    /** Measures what the plan wants of it, and returns it as Markdown. */
    String measure() throws Exception;
}
