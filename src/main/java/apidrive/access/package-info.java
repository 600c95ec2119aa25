/**
 * Who calls, and how often they may.
 *
 * <p>{@link apidrive.access.ClientAddresses} finds the address behind trusted proxies; {@link apidrive.access.StoreQuota}
 * counts what each address stores in a period. The count stands in memory and is added to the database every few
 * seconds, so that it survives a restart and several WARs on one database share it; exact sharing would cost a row lock
 * for every chunk. Reading is not counted: it takes no room, and the queues bound its load.
 */
package apidrive.access;
