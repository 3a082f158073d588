package io.holdfast.engine.postgres;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks a recovered server, which trusts local connections: every table of every database is read by pg_dump, and heap and
 * indexes are checked by pg_amcheck where the machine has it. pg_amcheck creates the extension amcheck in the copy.
 */
public final class RecoveredServer {
    private static final String APPLICATION = "holdfast/recovery-proof";
    private static final String TEMPLATE = "template1";

    /** A library that an extension or a function of the source needs, and this machine does not have. */
    private static final List<String> NO_LIBRARY =
            List.of("could not access file", "could not load library", "is not available");

    private final Path programs;
    private final DatabaseAddress address;

    /**
     * @param programs directory of the programs of the server's major version
     * @param address of any database, with a role that may log in
     */
    public RecoveredServer(Path programs, DatabaseAddress address) {
        this.programs = programs;
        this.address = address;
    }

    /**
     * @param databases that were read
     * @param amcheck whether pg_amcheck checked them
     */
    public record Checked(int databases, boolean amcheck) {}

    /**
     * Reads and checks everything.
     *
     * @throws HoldfastException SOURCE_CORRUPT if a table cannot be read or pg_amcheck reports damage; TOOL_MISSING if this machine
     *     lacks a library or a program
     */
    public Checked check() {
        DatabaseAddress owner = owner();
        List<String> databases =
                column(address, "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn ORDER BY datname");
        int major = PostgresTools.major(programs.resolve("postgres"));
        for (String database : databases) {
            read(owner.withDatabase(database), major);
        }
        return new Checked(databases.size(), amcheck(owner, major));
    }

    /** The address of a database that always exists, with the role that created the cluster. */
    public DatabaseAddress owner() {
        return address.withDatabase(TEMPLATE)
                .withUser(
                        column(address, "SELECT rolname FROM pg_catalog.pg_roles WHERE oid = 10 AND rolcanlogin")
                                .stream()
                                .findFirst()
                                .orElse(address.user()));
    }

    /** The tables of a database whose rows are in no WAL: they are empty after a recovery. */
    public Set<QualifiedName> unloggedTables(String database) {
        return query(
                        owner().withDatabase(database),
                        "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                                + " ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relpersistence = 'u'",
                        row -> new QualifiedName(row.getString(1), row.getString(2)))
                .stream()
                .collect(Collectors.toUnmodifiableSet());
    }

    private void read(DatabaseAddress database, int major) {
        Path program = Files.isExecutable(programs.resolve("pg_dump"))
                ? programs.resolve("pg_dump")
                : PostgresTools.find(null).program("pg_dump", major);
        ToolProcess.Ended ended = run(program, database, major, List.of("--format=custom", "--compress=0"));
        if (ended.exit() != 0) {
            throw failure("database \"" + database.database() + "\" cannot be read", "pg_dump", ended);
        }
    }

    /** Without heapallindexed, which would run functions of index expressions. */
    private boolean amcheck(DatabaseAddress owner, int major) {
        Path program = programs.resolve("pg_amcheck");
        if (!Files.isExecutable(program)) {
            return false;
        }
        ToolProcess.Ended ended =
                run(program, owner, major, List.of("--all", "--maintenance-db=" + TEMPLATE, "--install-missing"));
        if (ended.exit() != 0
                && ended.lines().stream().anyMatch(line -> line.contains("extension \"amcheck\" is not"))) {
            return false;
        }
        if (ended.exit() != 0) {
            throw failure("tables or indexes are damaged", "pg_amcheck", ended);
        }
        return true;
    }

    private static ToolProcess.Ended run(Path program, DatabaseAddress at, int major, List<String> more) {
        List<String> arguments = new ArrayList<>(more);
        arguments.addAll(
                List.of("--no-password", "--host=" + at.host(), "--port=" + at.port(), "--username=" + at.user()));
        if (!more.contains("--all")) {
            arguments.add("--dbname=" + at.database());
        }
        return new ToolProcess(program, arguments, at, PasswordSupplier.none(), APPLICATION)
                .unlimited(major)
                .run(OutputStream.nullOutputStream());
    }

    /** Lines after the first error may hold content of rows. */
    private static HoldfastException failure(String what, String program, ToolProcess.Ended ended) {
        boolean library =
                ended.lines().stream().anyMatch(line -> NO_LIBRARY.stream().anyMatch(line::contains));
        return HoldfastException.about(
                program,
                library ? FailureCode.TOOL_MISSING : FailureCode.SOURCE_CORRUPT,
                "the recovered server starts, but " + what + ": " + program + ": " + ended.errors());
    }

    private static List<String> column(DatabaseAddress at, String sql) {
        return query(at, sql, row -> row.getString(1));
    }

    private static <T> List<T> query(DatabaseAddress at, String sql, Sql.Row<T> mapper) {
        ConnectionFactory connections =
                new ConnectionFactory(at, PasswordSupplier.none(), APPLICATION, ConnectionRole.SOURCE);
        Connection connection = connections.open();
        try {
            return Sql.list(connection, sql, mapper);
        } catch (SQLException e) {
            throw connections.failure("reading the catalog of the recovered server", null, e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }
}
