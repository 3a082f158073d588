package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a scope leaves out takes along what cannot be without it, by name; the rest is a database that loads. */
class ScopeTest extends Scoped {
    private void shop() {
        Databases.sql(
                source,
                "CREATE TYPE state AS ENUM ('open', 'paid'); CREATE FUNCTION tax(int) RETURNS int LANGUAGE sql IMMUTABLE AS"
                        + " 'SELECT $1 * 2'",
                "CREATE TABLE clients (id int PRIMARY KEY); CREATE TABLE \"the products\" (id int GENERATED ALWAYS AS IDENTITY"
                        + " PRIMARY KEY, n serial); INSERT INTO clients VALUES (1)",
                "CREATE TABLE orders (id serial PRIMARY KEY, client int REFERENCES clients, state state, cost int CHECK"
                        + " (tax(cost) > 0)); INSERT INTO orders (client, state, cost) VALUES (1, 'paid', 5), (1, 'open', 6);"
                        + " COMMENT ON CONSTRAINT orders_client_fkey ON orders IS 'who'",
                "CREATE TABLE events (id int, day date) PARTITION BY RANGE (day); CREATE TABLE events_1 PARTITION OF events"
                        + " FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO events VALUES (1, '2026-01-05')",
                "CREATE VIEW paid AS SELECT * FROM orders WHERE state = 'paid'; CREATE VIEW who AS SELECT c.id FROM clients c"
                        + " JOIN orders o ON o.client = c.id; COMMENT ON VIEW who IS 'x'; GRANT SELECT ON who TO PUBLIC",
                "CREATE MATERIALIZED VIEW many AS SELECT count(*) FROM who; CREATE INDEX ON many (count)",
                "CREATE FUNCTION client(clients) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    }

    @Test
    void onlyTheTablesThatAreNamedComeAlongWithWhatNeedsNothingElse() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot = open(BackupScope.of(Set.of(table("orders"), table("events"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.prints()).containsOnlyKeys(table("events_1"), table("orders"));
        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactlyInAnyOrder(
                        "constraint orders_client_fkey on table public.orders",
                        "view public.who",
                        "materialized view public.many",
                        "function public.client(public.clients)");
        DatabaseAddress copy = restored(backup);
        assertThat(relations(copy)).containsExactly("events", "events_1", "orders", "orders_id_seq", "paid");
        assertThat(Databases.query(copy, "INSERT INTO orders (client, cost) VALUES (7, 1) RETURNING id"))
                .containsExactly("3");
    }

    @Test
    @Tag("slow")
    void ofAScopeThatIsNarrowedNothingIsMissed() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot = open(BackupScope.everything().narrowedTo(Set.of(table("orders"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.prints()).containsOnlyKeys(table("orders"));
        assertThat(backup.shape().findings()).isEmpty();
        assertThat(relations(restored(backup))).containsExactly("orders", "orders_id_seq", "paid");
    }

    @Test
    @Tag("slow")
    void narrowedItStaysWithinTheSchemasThatItHad() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA cold",
                "CREATE TABLE tree (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE warm PARTITION OF tree FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE cold.leaf PARTITION OF tree FOR VALUES FROM (10) TO (20)",
                "CREATE TABLE other (id int)",
                "INSERT INTO tree VALUES (1), (11)");
        BackupScope own = new BackupScope(Set.of("public"), Set.of(), Set.of(), Set.of());
        Databases.Backup backup;
        try (Snapshot snapshot = open(own.narrowedTo(Set.of(table("tree"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.prints()).containsOnlyKeys(table("warm"));
        assertThat(relations(restored(backup))).containsExactly("tree", "warm");
    }

    @Test
    @Tag("slow")
    void theSchemaThatEveryDatabaseHasMayBeNamed() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot = open(new BackupScope(Set.of("public"), Set.of(), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(relations(restored(backup))).contains("orders", "clients");
    }

    @Test
    void narrowedItHasNothingThatItWasWithout() {
        Set<QualifiedName> tables = Set.of(table("orders"), new QualifiedName("b", "far"));
        Set<QualifiedName> events = Set.of(table("events"));
        BackupScope chosen = new BackupScope(Set.of(), events, Set.of(), Set.of(), Set.of(), Set.of(), true, false);
        BackupScope elsewhere = new BackupScope(Set.of("c"), Set.of(), Set.of(), Set.of());

        assertThat(new BackupScope(Set.of("b"), Set.of(), Set.of(), Set.of()).narrowedTo(tables))
                .isEqualTo(new BackupScope(
                        Set.of("b"),
                        Set.of(new QualifiedName("b", "far")),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        true,
                        true));
        assertThat(new BackupScope(Set.of(), Set.of("b"), events, events).narrowedTo(tables))
                .isEqualTo(new BackupScope(
                        Set.of(), Set.of(table("orders")), Set.of("b"), events, events, Set.of(), true, true));
        assertThat(chosen.narrowedTo(tables)).isEqualTo(chosen);
        assertThat(elsewhere.narrowedTo(tables)).isEqualTo(elsewhere);
    }

    @Test
    void whatNeedsATableThatIsExcludedGoesWithIt() throws IOException {
        shop();
        Databases.Backup backup;
        try (Snapshot snapshot =
                open(new BackupScope(Set.of(), Set.of(), Set.of(table("clients"), table("events")), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings()).hasSize(4);
        assertThat(relations(restored(backup)))
                .containsExactly(
                        "orders", "orders_id_seq", "paid", "the products", "the products_id_seq", "the products_n_seq");
    }

    /** Of a tree, too, one of whose leaves comes along empty; not what refers to itself, nor what is empty as well. */
    @Test
    void aKeyWhoseRowsWouldFindNoneIsLeftOut() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE clients (id int PRIMARY KEY, above int REFERENCES clients); INSERT INTO clients VALUES (1, 1)",
                "CREATE TABLE days (day date PRIMARY KEY) PARTITION BY RANGE (day); CREATE TABLE days_1 PARTITION OF days"
                        + " FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO days VALUES ('2026-01-05')",
                "CREATE TABLE orders (client int REFERENCES clients, day date REFERENCES days);"
                        + " INSERT INTO orders VALUES (1, '2026-01-05')",
                "COMMENT ON CONSTRAINT orders_client_fkey ON orders IS 'who'",
                "ALTER TABLE clients ADD day date REFERENCES days");
        Databases.Backup backup;
        try (Snapshot snapshot =
                open(new BackupScope(Set.of(), Set.of(), Set.of(), Set.of(table("clients"), table("days_1"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly(
                        "constraint orders_client_fkey on table public.orders",
                        "constraint orders_day_fkey on table public.orders");
        assertThat(Databases.query(
                        restored(backup),
                        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 1"))
                .containsExactly("clients_above_fkey", "clients_day_fkey");
    }

    /** The rows of a tree go with its root's name; a key that was never validated asks for none. */
    @Test
    @Tag("slow")
    void aTreeWithoutItsRowsIsWithoutThemInEveryLeaf() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE clients (id int PRIMARY KEY); INSERT INTO clients VALUES (1)",
                "CREATE TABLE days (day date PRIMARY KEY) PARTITION BY RANGE (day); CREATE TABLE days_1 PARTITION OF days"
                        + " FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO days VALUES ('2026-01-05')",
                "CREATE TABLE events (n int, client int REFERENCES clients) PARTITION BY RANGE (n);"
                        + " CREATE TABLE events_1 PARTITION OF events DEFAULT; INSERT INTO events VALUES (1, 1)",
                "CREATE TABLE direct (day date REFERENCES days_1); INSERT INTO direct VALUES ('2026-01-05')",
                "CREATE TABLE later (client int); INSERT INTO later VALUES (1);"
                        + " ALTER TABLE later ADD FOREIGN KEY (client) REFERENCES clients NOT VALID");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new BackupScope(
                Set.of(), Set.of(), Set.of(), Set.of(table("clients"), table("days"), table("events"))))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly("constraint direct_day_fkey on table public.direct");
        assertThat(Databases.query(
                        restored(backup),
                        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 1"))
                .containsExactly("events_client_fkey", "later_client_fkey");
    }

    @Test
    void whatNeedsAnotherSchemaGoesWithItAndExtensionsOfThisOneStay() throws IOException {
        Databases.sql(
                source,
                "CREATE SCHEMA a; CREATE SCHEMA b; CREATE EXTENSION citext SCHEMA a; CREATE TABLE b.far (id int PRIMARY KEY)",
                "CREATE TABLE a.near (id int REFERENCES b.far, name a.citext); CREATE VIEW a.seen AS SELECT 1 AS x FROM b.far",
                "INSERT INTO a.near (name) VALUES ('Ada')");
        Databases.Backup backup;
        try (Snapshot snapshot = open(new BackupScope(Set.of("a"), Set.of(), Set.of(), Set.of()))) {
            backup = Databases.backup(snapshot);
        }

        assertThat(backup.shape().findings())
                .extracting(Finding::object)
                .containsExactly("constraint near_id_fkey on table a.near", "view a.seen");
        assertThat(Databases.query(restored(backup), "SELECT id FROM a.near WHERE name OPERATOR(a.=) 'ADA'::a.citext"))
                .hasSize(1);
    }

    @Test
    void aTableThatCannotBeWithoutWhatIsLeftOutIsRefused() {
        shop();
        Databases.sql(source, "CREATE TABLE holds (c clients)");

        refused(BackupScope.of(Set.of(table("events_1")))).hasMessageContaining("public.events_1");
        refused(new BackupScope(Set.of(), Set.of(), Set.of(table("clients")), Set.of()))
                .hasMessageContaining("public.holds");
        refused(BackupScope.of(Set.of(table("order")))).hasMessageContaining("public.order");
        refused(new BackupScope(
                        Set.of("public"), Set.of(table("orders")), Set.of(), Set.of(), Set.of(), Set.of(), true, false))
                .hasMessageContaining("both schemas and tables");
    }
}
