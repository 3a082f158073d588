package io.holdfast.engine;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A server that databases are restored to. Holds no connection open between calls. Names are as the catalog spells them.
 */
public interface Target extends AutoCloseable {

    int serverMajor();

    boolean exists(String database);

    /** The database's OID, which survives renames; empty if there is no such database. */
    Optional<Long> oid(String database);

    /**
     * Creates an empty database with the shape's encoding and locale. Fails with {@code TARGET_EXISTS}, or
     * {@code TARGET_UNSUITABLE} when the server is older than the source or lacks an extension or a locale.
     */
    void create(String database, DatabaseShape shape);

    /** Roles of these names that do not exist here. */
    List<String> missingRoles(Collection<String> roles);

    /** What the shape refers to and this server does not have. */
    Lacking lacks(DatabaseShape shape);

    /** Creates the missing ones without a right to log in. */
    void createRoles(Collection<String> roles);

    /**
     * Ends all sessions of the database and drops it, with its subscriptions (whose publishers are not told); nothing
     * happens if there is none.
     */
    void drop(String database);

    /** Fails with {@code TARGET_BUSY} while a session is open in it, with {@code TARGET_EXISTS} if the name is taken. */
    void rename(String from, String to);

    /** Opens a database of this server for loading and comparing. */
    TargetDatabase open(String database, LoadOptions options);

    @Override
    void close();
}
