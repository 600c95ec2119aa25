/**
 * The administration of a node: what is kept, who uses it, what each job is doing, and what an administrator may change.
 * {@code /api/admin/*}, in JSON; the page at {@code /admin/} shows it and does nothing that a program with a token cannot.
 *
 * <p>{@link apidrive.admin.Gate} lets in who brings a token, or the cookie of a session and with it the text that a foreign
 * page cannot know. {@link apidrive.admin.SessionResource} and {@link apidrive.admin.TokenResource} hand these out, with what
 * {@link apidrive.access.AdminTokens} and {@link apidrive.access.AdminSessions} keep. The other resources each show one
 * thing: {@link apidrive.admin.NodeView} the node, its settings, slots and calendar, {@link apidrive.admin.ChunkTable},
 * {@link apidrive.admin.HealTable} and {@link apidrive.admin.DatabaseFacts} what the database knows,
 * {@link apidrive.admin.ObjectAdminResource} the objects and names of the whole network,
 * {@link apidrive.admin.FsckResource} what is wrong with them,
 * {@link apidrive.admin.RepairResource} how the network's copies fare, {@link apidrive.admin.History} the last hour.
 *
 * <p>What is changed in the database stands in the audit table by the same transaction. What is done elsewhere (a chunk
 * deleted by the store, a job begun) is written there before and after, so that an action without an end is seen.
 *
 * <p>The last hour is kept in memory and by each WAR: a table of samples would write for ever what hardly anybody reads,
 * and whoever wants more than an hour has Prometheus.
 */
package apidrive.admin;
