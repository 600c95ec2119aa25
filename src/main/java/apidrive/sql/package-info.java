/**
 * A thin layer on JDBC: transactions with retries, failures told apart by SQLSTATE, the database's clock, its schema,
 * and the embedded PostgreSQL that a node starts when it was given no database.
 *
 * <p>Statements stand in the classes that use them. A mapper was rejected: a dozen statements, most of them moving 64 KiB
 * values in batches, gain nothing from one and lose sight of what travels.
 */
package apidrive.sql;
