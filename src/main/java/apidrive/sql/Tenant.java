package apidrive.sql;

import java.util.regex.Pattern;

/**
 * Another node's database on an {@link EmbeddedDatabase}: {@code name_owner} owns its tables, {@code name} runs the node.
 *
 * @param name lower case letters, digits and underscores
 */
public record Tenant(String name, String ownerPassword, String runnerPassword) {
    private static final Pattern LAWFUL_NAME = Pattern.compile("[a-z][a-z0-9_]{0,40}");
    private static final Pattern LAWFUL_PASSWORD = Pattern.compile("[A-Za-z0-9]+");

    /** Throws {@link IllegalArgumentException} for what a statement would have to quote. */
    public Tenant {
        if (!LAWFUL_NAME.matcher(name).matches() || !LAWFUL_PASSWORD.matcher(ownerPassword).matches()
                || !LAWFUL_PASSWORD.matcher(runnerPassword).matches()) {
            throw new IllegalArgumentException("no tenant can be called or have a password like that: " + name);
        }
    }

    public String owner() {
        return name + "_owner";
    }

    public String runner() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
