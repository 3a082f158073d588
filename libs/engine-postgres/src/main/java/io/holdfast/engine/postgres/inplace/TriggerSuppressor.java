package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps triggers and rules from acting on restored rows, within one transaction, which leaves them as they were.
 *
 * <p>Where the role may set {@code session_replication_role} nothing is altered but triggers that are enabled even then.
 * Foreign keys neither refuse nor cascade; {@link ForeignKeyCheck} checks them. Elsewhere the tables' owner switches each trigger
 * and rule off and on again, and foreign keys between the written tables wait until everything is written.
 */
final class TriggerSuppressor {
    private final Connection connection;
    private final List<LiveTable> tables;
    private final boolean replica;
    private final List<String> undo = new ArrayList<>();

    private TriggerSuppressor(Connection connection, Collection<LiveTable> tables, boolean replica) {
        this.connection = connection;
        this.tables = List.copyOf(tables);
        this.replica = replica;
    }

    static TriggerSuppressor begin(Connection connection, Collection<LiveTable> tables, List<ForeignKey> keys)
            throws SQLException {
        TriggerSuppressor triggerSuppressor = new TriggerSuppressor(connection, tables, replicaAllowed(connection));
        triggerSuppressor.actors();
        if (triggerSuppressor.replica) {
            Sql.run(connection, "SET LOCAL session_replication_role = replica");
        } else {
            triggerSuppressor.defer(keys);
        }
        return triggerSuppressor;
    }

    /** Tried, because services that run servers have ways of their own to allow it. In a transaction. */
    static boolean replicaAllowed(Connection connection) throws SQLException {
        Sql.run(connection, "SAVEPOINT replica");
        try {
            Sql.run(connection, "SET LOCAL session_replication_role = replica");
            return true;
        } catch (SQLException e) {
            if (!SqlErrorTranslator.state(e).equals("42501")) {
                throw e;
            }
            return false;
        } finally {
            Sql.run(connection, "ROLLBACK TO SAVEPOINT replica");
        }
    }

    /** Whether foreign keys do nothing of themselves. */
    boolean replica() {
        return replica;
    }

    /** Tables whose owner the role must be. */
    static List<QualifiedName> altered(Connection connection, LiveTable table, boolean replica) throws SQLException {
        return replica
                ? actors(connection, table, true).stream()
                        .map(Actor::table)
                        .distinct()
                        .toList()
                : List.of(table.name());
    }

    /** Something that acts on written rows, enabled as the catalog's letter says. */
    private record Actor(QualifiedName table, String kind, String name, String enabled) {
        String off() {
            return alter("DISABLE");
        }

        String on() {
            return alter(
                    switch (enabled) {
                        case "A" -> "ENABLE ALWAYS";
                        case "R" -> "ENABLE REPLICA";
                        default -> "ENABLE";
                    });
        }

        private String alter(String how) {
            return "ALTER TABLE ONLY " + table.sql() + " " + how + " " + kind + " " + QualifiedName.quote(name);
        }
    }

    private static List<Actor> actors(Connection connection, LiveTable table, boolean replica) throws SQLException {
        String oids = Stream.concat(Stream.of(table.oid()), table.below().stream())
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        String enabled = replica ? "IN ('A', 'R')" : "IN ('A', 'O')";
        return Sql.list(
                connection,
                "SELECT n.nspname, c.relname, x.kind, x.name, x.enabled FROM (SELECT tgrelid, 'TRIGGER', tgname, tgenabled"
                        + " FROM pg_catalog.pg_trigger WHERE NOT tgisinternal UNION ALL SELECT ev_class, 'RULE', rulename,"
                        + " ev_enabled FROM pg_catalog.pg_rewrite WHERE ev_type <> '1') x(rel, kind, name, enabled) JOIN"
                        + " pg_catalog.pg_class c ON c.oid = x.rel JOIN pg_catalog.pg_namespace n ON n.oid ="
                        + " c.relnamespace WHERE x.rel IN (" + oids + ") AND x.enabled " + enabled,
                row -> new Actor(Sql.name(row, 1), Sql.text(row, 3), Sql.text(row, 4), Sql.text(row, 5)));
    }

    private void actors() throws SQLException {
        for (LiveTable table : tables) {
            for (Actor actor : actors(connection, table, replica)) {
                Sql.run(connection, actor.off());
                undo.add(actor.on());
            }
        }
    }

    private void defer(List<ForeignKey> keys) throws SQLException {
        for (ForeignKey key : keys) {
            if (!key.deferrable()
                    && tables.stream().anyMatch(key::leadsFrom)
                    && tables.stream().anyMatch(key::leadsTo)) {
                String alter = "ALTER TABLE " + key.childName().sql() + " ALTER CONSTRAINT "
                        + QualifiedName.quote(key.name()) + " ";
                Sql.run(connection, alter + "DEFERRABLE INITIALLY DEFERRED");
                undo.add(alter + "NOT DEFERRABLE");
            }
        }
        Sql.run(connection, "SET CONSTRAINTS ALL DEFERRED");
    }

    /** What was put off is checked now, and everything is as it was. */
    void end() throws SQLException {
        Sql.run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
        for (String statement : undo) {
            Sql.run(connection, statement);
        }
    }
}
