/**
 * Who calls, and how often they may.
 *
 * <p>{@link apidrive.access.ClientAddresses} finds the address behind trusted proxies; {@link apidrive.access.StoreQuota}
 * counts what each address stores in a period. The count stands in memory and is added to the database every few
 * seconds, so that it survives a restart and several WARs on one database share it; exact sharing would cost a row lock
 * for every chunk. Reading is not counted: it takes no room, and the queues bound its load.
 *
 * <p>{@link apidrive.access.AdminTokens} are the secrets of administrators and of writers, {@link apidrive.access.Bearers} lets in who
 * brings one; whom it let write it remembers for seconds, since a look at the database would cost as much as a store.
 * A table of users was ruled out here: nothing that is stored has an owner yet.
 */
package apidrive.access;
