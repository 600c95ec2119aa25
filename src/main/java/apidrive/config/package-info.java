/**
 * The settings of a node: read once, checked as a whole, never changed while it runs.
 *
 * <p>{@link apidrive.config.Setting} is the one list of keys with unit and default; the README's table, the options of
 * {@code serve} and the reader all come from it. {@link apidrive.config.Settings} finds each value in the first of four
 * sources that has it (command option or system property, environment, properties file, default) and remembers which.
 * {@link apidrive.config.NodeConfig} is the typed result; every fault is reported together, an unknown key is one.
 * A configuration library was rejected: binding twenty keys needs less code than describing them to a binder, and the
 * texts of the faults are what an operator reads.
 */
package apidrive.config;
