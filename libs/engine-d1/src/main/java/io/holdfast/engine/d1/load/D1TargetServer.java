package io.holdfast.engine.d1.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.MissingDependencies;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.client.D1Account;
import io.holdfast.engine.d1.client.D1Address;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.sqlite.SqliteEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * An account of D1. A database is made as a file in a folder, and becomes a D1 database when it is renamed: D1 renames nothing. That
 * takes as long as its rows need, and is all or nothing: a D1 database that is not equal to the file is deleted.
 */
public final class D1TargetServer implements TargetServer {
    /** Databases whose names begin so are files. */
    private static final String STAGING = "holdfast_";

    private static final D1Client.Patience PATIENCE =
            new D1Client.Patience(Duration.ofMinutes(10), Duration.ofMinutes(1));

    private final TargetServer files;
    private final Publisher publisher;

    /** @param folder of files that are being made; what a killed process left there is dropped with its restore */
    public D1TargetServer(D1Address address, PasswordSupplier token, Path folder) {
        this.files = new SqliteEngine().target(folder);
        this.publisher = new Publisher(new D1Account(address, token, PATIENCE), files, folder);
    }

    private static boolean staging(String database) {
        return database.startsWith(STAGING);
    }

    @Override
    public int serverMajor() {
        return files.serverMajor();
    }

    @Override
    public boolean exists(String database) {
        return files.exists(database)
                || (!staging(database) && publisher.find(database).isPresent());
    }

    @Override
    public List<String> databases(String prefix) {
        return files.databases(prefix);
    }

    /** A D1 database that was made here has that of its file. */
    @Override
    public Optional<Long> oid(String database) {
        Optional<Long> file = files.oid(database);
        return file.isPresent() || staging(database)
                ? file
                : publisher.find(database).map(publisher::identity);
    }

    @Override
    public void create(String database, DatabaseDescriptor shape) {
        if (!staging(database)) {
            publisher.refuseTaken(database);
        }
        files.create(database, shape);
    }

    @Override
    public boolean creates() {
        return true;
    }

    @Override
    public void suits(DatabaseDescriptor shape) {
        files.suits(shape);
    }

    @Override
    public List<String> missingRoles(Collection<String> roles) {
        return files.missingRoles(roles);
    }

    @Override
    public MissingDependencies lacks(DatabaseDescriptor shape) {
        return files.lacks(shape);
    }

    @Override
    public void createRoles(Collection<String> roles) {
        files.createRoles(roles);
    }

    /** In D1 only what was made here. */
    @Override
    public void drop(String database) {
        files.drop(database);
        if (!staging(database)) {
            publisher.drop(database);
        }
    }

    @Override
    public void rename(String from, String to) {
        if (files.exists(to)) {
            files.rename(from, to); // refuses it
        }
        publisher.publish(from, to);
    }

    @Override
    public List<Finding> obstacles(String database) {
        throw inPlace();
    }

    @Override
    public List<Finding> missingRights(String database) {
        return creationRights(Optional.empty());
    }

    /** Those of the folder: what a token may do shows only when it is used. */
    @Override
    public List<Finding> creationRights(Optional<String> like) {
        return files.creationRights(Optional.empty());
    }

    @Override
    public void exchange(DatabaseSwap databaseSwap) {
        throw inPlace();
    }

    @Override
    public boolean withdraw(DatabaseSwap databaseSwap, String abandoned) {
        throw inPlace();
    }

    private static HoldfastException inPlace() {
        return HoldfastException.of(
                FailureCode.SOURCE_UNSUPPORTED,
                "a D1 database cannot give its name to another one; it is overwritten in place (--replace), or another one"
                        + " is made (--into)");
    }

    @Override
    public void reopen(long oid) {
        // nobody can be kept out of a D1 database
    }

    @Override
    public void shut(String database) {
        // as above
    }

    @Override
    public Optional<Long> room() {
        return files.room();
    }

    @Override
    public TargetDatabase open(String database, LoadOptions options) {
        return files.open(database, options);
    }

    @Override
    public void close() {
        files.close();
    }
}
