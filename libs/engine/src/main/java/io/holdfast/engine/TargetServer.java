package io.holdfast.engine;

import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A server that databases are restored to. Holds no connection open between calls. Names are as the catalog spells them.
 */
public interface TargetServer extends AutoCloseable {

    int serverMajor();

    boolean exists(String database);

    /**
     * Creates a database as a copy of another one that nobody is connected to. Settings and grants of the database itself
     * are not copied. Fails as {@link #create} does.
     *
     * @return false, and nothing is created: this server cannot copy databases
     */
    default boolean copy(String from, String to) {
        return false;
    }

    /** The databases whose names begin so, in no order. */
    List<String> databases(String prefix);

    /** The database's OID, which survives renames; empty if there is no such database. */
    Optional<Long> oid(String database);

    /**
     * Creates an empty database with the shape's encoding and locale. Fails with {@code TARGET_EXISTS}, or
     * {@code TARGET_UNSUITABLE} when the server is older than the source or lacks an extension or a locale.
     */
    void create(String database, DatabaseDescriptor shape);

    /** Whether databases can be made here at all, by this role. */
    boolean creates();

    /** Fails with {@code TARGET_UNSUITABLE} where {@link #create} would; makes nothing. */
    void suits(DatabaseDescriptor shape);

    /** Roles of these names that do not exist here. */
    List<String> missingRoles(Collection<String> roles);

    /** What the shape refers to and this server does not have. */
    MissingDependencies lacks(DatabaseDescriptor shape);

    /** Creates the missing ones without a right to log in. */
    void createRoles(Collection<String> roles);

    /**
     * Ends all sessions of the database and drops it, with its subscriptions (whose publishers are not told); nothing
     * happens if there is none.
     */
    void drop(String database);

    /** Fails with {@code TARGET_BUSY} while a session is open in it, with {@code TARGET_EXISTS} if the name is taken. */
    void rename(String from, String to);

    /**
     * What stands against giving a database's name to another: rights that are missing, and what would be lost because it
     * stays with the old one (replication slots, subscriptions, prepared transactions). Changes nothing.
     */
    List<Finding> obstacles(String database);

    /**
     * All rights that are missing for the replacement of a database by a copy, each with the statement that grants it. Changes
     * nothing. A database that does not exist needs only the rights for its creation.
     */
    List<Finding> missingRights(String database);

    /**
     * All rights that are missing for the creation of a copy, each with the statement that grants it. Changes nothing.
     *
     * @param like a database of this server whose owners the copy gets; empty if the owners do not exist here
     */
    List<Finding> creationRights(Optional<String> like);

    /**
     * Exchanges two databases; nothing happens if they are exchanged already. Ends the sessions of both. At every moment
     * the name belongs to one whole database; for the moment of the exchange nobody can connect to it. Only one exchange of
     * a name runs at a time. After a failure that left the old database in its place, it can be connected to again; where
     * even that was impossible (the server is gone), {@link #withdraw} does it later. What is put aside cannot be connected to.
     * The incoming one gets owner, grants, settings, connection limit and comment that the outgoing one has now.
     *
     * <p>Fails with {@code TARGET_CHANGED} if other databases have these names now, with {@code TARGET_BUSY} if sessions
     * do not end, with {@code TARGET_PERMISSION_DENIED}.
     */
    void exchange(DatabaseSwap databaseSwap);

    /**
     * Undoes an exchange, or makes sure that it does not happen any more: {@code out} has its name again, as it was, and can
     * be connected to; {@code in} gets another name, under which no worker that was only paused exchanges it. Nothing happens
     * if that is so already.
     *
     * <p>Fails as {@link #exchange} does.
     *
     * @param abandoned the name that {@code in} gets
     * @return whether it had happened
     */
    boolean withdraw(DatabaseSwap databaseSwap, String abandoned);

    /** Lets people connect to the database with this OID, whatever its name; nothing happens if it is gone. */
    void reopen(long oid);

    /** Lets nobody connect to a database of this name any more; nothing happens if there is none. Sessions stay. */
    void shut(String database);

    /**
     * Takes from every role the right to connect to a database that only its owner and superusers work on. Nothing happens
     * where a server has no such right.
     */
    default void closeToOthers(String database) {}

    /** Bytes that can still be written where databases lie; empty if that cannot be seen from here. */
    Optional<Long> room();

    /** Opens a database of this server for loading and comparing. */
    TargetDatabase open(String database, LoadOptions options);

    @Override
    void close();
}
