package io.holdfast.engine.postgres.inplace;

import static io.holdfast.engine.postgres.LiveShop.rows;
import static io.holdfast.engine.postgres.LiveShop.tables;
import static io.holdfast.engine.postgres.LiveShop.withParents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.postgres.LiveShop;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has cost somebody data, each as a role that may switch triggers off for a session, and as the tables' owner. */
class LiveTrapsTest {

    private static LiveShop shop(String role, String... statements) {
        return role.equals("superuser") ? new LiveShop(statements) : LiveShop.ownedBy(role, statements);
    }

    private static List<String> counts(InPlaceWriteResult written) {
        return written.tables().stream()
                .map(table -> table.name() + " " + table.inserted() + " " + table.updated() + " " + table.deleted())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void foreignKeysInCirclesAndToThemselves(String role) {
        LiveShop shop = shop(
                role,
                "CREATE TABLE teams (id int PRIMARY KEY, lead int NOT NULL)",
                "CREATE TABLE people (id int PRIMARY KEY, team int NOT NULL REFERENCES teams, boss int REFERENCES people)",
                "BEGIN",
                "ALTER TABLE teams ADD CONSTRAINT led FOREIGN KEY (lead) REFERENCES people DEFERRABLE INITIALLY DEFERRED",
                "INSERT INTO teams SELECT g, g FROM generate_series(1, 9) g",
                "INSERT INTO people SELECT g, g, nullif(g - 1, 0) FROM generate_series(1, 9) g",
                "COMMIT",
                "ALTER TABLE teams ALTER CONSTRAINT led NOT DEFERRABLE");
        var before = shop.state();
        shop.then(
                "BEGIN",
                "ALTER TABLE teams ALTER CONSTRAINT led DEFERRABLE INITIALLY DEFERRED",
                "UPDATE people SET boss = NULL WHERE boss = 5",
                "DELETE FROM people WHERE id IN (4, 5)",
                "DELETE FROM teams WHERE id IN (4, 5)",
                "UPDATE people SET team = 1 WHERE id = 9",
                "COMMIT",
                "ALTER TABLE teams ALTER CONSTRAINT led NOT DEFERRABLE");

        InPlaceWriteResult one = shop.restore(withParents(rows(Mode.MISSING_ONLY, "people", Map.of("id", "5"))));
        InPlaceWriteResult all = shop.restore(tables(Mode.REPLACE, "teams", "people"));

        assertThat(counts(one)).containsExactly("public.people 2 0 0", "public.teams 2 0 0");
        assertThat(counts(all)).containsExactly("public.teams 0 0 0", "public.people 0 2 0");
        assertThat(shop.state()).isEqualTo(before);
        assertThat(shop.query("SELECT condeferrable FROM pg_constraint WHERE contype = 'f'"))
                .containsOnly("f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void partitionTreesByRootAndByLeaf(String role) {
        LiveShop shop = shop(
                role,
                "CREATE TABLE log (at date, n int, line text, PRIMARY KEY (at, n)) PARTITION BY RANGE (at)",
                "CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('2026-01-01')",
                "CREATE TABLE log_new (line text, gone int, n int NOT NULL, at date NOT NULL)",
                "ALTER TABLE log_new DROP COLUMN gone",
                "ALTER TABLE log ATTACH PARTITION log_new FOR VALUES FROM ('2026-01-01') TO (MAXVALUE)",
                "INSERT INTO log SELECT date '2025-12-01' + g, g, 'line ' || g FROM generate_series(0, 59) g");
        var before = shop.state();
        shop.then("DELETE FROM log WHERE n % 2 = 0", "UPDATE log SET line = '' WHERE n < 5");

        assertThat(counts(shop.restore(tables(Mode.REPLACE, "log_old")))).containsExactly("public.log_old 16 2 0");
        assertThat(counts(shop.restore(rows(Mode.MERGE, "log", Map.of("at", "2026-01-02")))))
                .containsExactly("public.log 1 0 0");
        assertThat(counts(shop.restore(tables(Mode.REPLACE, "public.log")))).containsExactly("public.log 13 0 0");
        assertThat(shop.state()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void triggersAndRulesDoNotActAndStayAsTheyWere(String role) {
        String triggers =
                "SELECT tgname::text || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT"
                        + " rulename::text || ev_enabled::text FROM pg_rewrite WHERE rulename ~ 'rule' ORDER BY 1";
        LiveShop shop = shop(
                role,
                "CREATE TABLE items (id int PRIMARY KEY, v text)",
                "CREATE TABLE noticed (what text)",
                "CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.noticed VALUES"
                        + " (tg_name); NEW.v := 'changed by ' || tg_name; RETURN NEW; END $$",
                "CREATE TRIGGER t_origin BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION act()",
                "CREATE TRIGGER t_always BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION act()",
                "CREATE TRIGGER t_replica BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION act()",
                "CREATE TRIGGER t_off BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION act()",
                "ALTER TABLE items DISABLE TRIGGER USER",
                "INSERT INTO items SELECT g, 'v' || g FROM generate_series(1, 9) g",
                "CREATE RULE rule_always AS ON INSERT TO items DO ALSO INSERT INTO noticed VALUES ('rule')",
                "ALTER TABLE items ENABLE TRIGGER t_origin, ENABLE ALWAYS TRIGGER t_always, ENABLE REPLICA TRIGGER"
                        + " t_replica, ENABLE ALWAYS RULE rule_always");
        var before = shop.state();
        List<String> as = shop.query(triggers);
        shop.then(
                "ALTER TABLE items DISABLE TRIGGER t_origin, DISABLE TRIGGER t_always",
                "DELETE FROM items WHERE id < 3",
                "UPDATE items SET v = '' WHERE id = 4",
                "ALTER TABLE items ENABLE TRIGGER t_origin, ENABLE ALWAYS TRIGGER t_always");

        assertThat(counts(shop.restore(tables(Mode.REPLACE, "items")))).containsExactly("public.items 2 1 0");

        assertThat(shop.state()).isEqualTo(before);
        assertThat(shop.query(triggers)).isEqualTo(as).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void valuesOfEveryKindNamesThatNeedQuotesAndColumnsThatTheServerFills(String role) {
        LiveShop shop = shop(
                role,
                "CREATE TYPE mood AS ENUM ('fine', 'not fine')",
                "CREATE DOMAIN code AS varchar(5) CHECK (value <> 'never')",
                "CREATE SCHEMA \"My Schema\"",
                "CREATE TABLE \"My Schema\".\"Odd.\"\"Name?\" (\"Key 1?\" code, \"k%2\" int, id int GENERATED ALWAYS AS"
                        + " IDENTITY, f float8, n numeric, j json, jb jsonb, b bytea, a text[], m mood, t timestamptz,"
                        + " p point, x xml, doubled int GENERATED ALWAYS AS (\"k%2\" * 2) STORED,"
                        + " PRIMARY KEY (\"Key 1?\", \"k%2\"))",
                "INSERT INTO \"My Schema\".\"Odd.\"\"Name?\" (\"Key 1?\", \"k%2\", f, n, j, jb, b, a, m, t, p, x) SELECT"
                        + " 'k' || g, -g, (ARRAY['NaN', '-0', '1e300', 'Infinity'])[g]::float8, 'NaN', '{\"b\": 1, \"a\":"
                        + " \"\\n\"}', '{\"a\": [1, null]}', '\\x00ff5c'::bytea, ARRAY['a', NULL, '{\"x', E'\\\\N'],"
                        + " 'not fine', '2026-01-01', point(1, g), '<a>&amp;</a>' FROM generate_series(1, 4) g");
        var before = shop.state();
        String table = "\"My Schema\".\"Odd.\"\"Name?\"";
        shop.then(
                "UPDATE " + table + " SET f = 0, j = 'null', b = '', a = NULL, p = NULL WHERE \"k%2\" = -2",
                "UPDATE " + table + " SET f = '-0' WHERE \"k%2\" = -1",
                "DELETE FROM " + table + " WHERE \"k%2\" = -3");

        InPlaceWriteResult row =
                shop.restore(rows(Mode.MERGE, "Odd.\"Name?", Map.of("Key 1?", "k3", "k%2", "-3", "m", "not fine")));
        InPlaceWriteResult none = shop.restore(rows(Mode.MERGE, table, Map.of("Key 1?", "k2 and more")));
        InPlaceWriteResult all = shop.restore(tables(Mode.MERGE, table));

        assertThat(row.tables().getFirst().inserted()).isEqualTo(1);
        assertThat(none.tables().getFirst().updated()).isZero();
        assertThat(all.tables().getFirst().updated()).isEqualTo(2);
        assertThat(shop.state()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void sequencesGoForwardAndNeverBack(String role) {
        LiveShop shop = shop(
                role,
                "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY)",
                "CREATE SEQUENCE down INCREMENT -1; CREATE TABLE c (id int DEFAULT nextval('down') PRIMARY KEY)",
                "INSERT INTO a SELECT FROM generate_series(1, 5); INSERT INTO b SELECT FROM generate_series(1, 5)",
                "INSERT INTO c SELECT FROM generate_series(1, 5)");
        shop.then(
                "TRUNCATE a, c RESTART IDENTITY; ALTER SEQUENCE down RESTART; DELETE FROM b",
                "SELECT setval('b_id_seq', 90)");

        shop.restore(tables(Mode.MERGE, "a", "b", "c"));

        assertThat(shop.query("SELECT nextval('a_id_seq') || ' ' || nextval('b_id_seq') || ' ' || nextval('down')"))
                .containsExactly("6 91 -6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void exchangedUniqueValuesAndColumnsAddedSinceTheBackup(String role) {
        LiveShop shop = shop(
                role,
                "CREATE TABLE places (id int PRIMARY KEY, place int UNIQUE, during int4range, EXCLUDE USING gist (during"
                        + " WITH &&))",
                "INSERT INTO places SELECT g, g, int4range(g, g + 1) FROM generate_series(1, 9) g");
        shop.then(
                "DELETE FROM places WHERE id = 9",
                "UPDATE places SET place = -place, during = NULL",
                "UPDATE places SET place = 9 + place, during = int4range(10 - id, 11 - id)",
                "ALTER TABLE places ADD note text DEFAULT 'none'",
                "UPDATE places SET note = 'kept' WHERE id = 8");

        InPlaceWriteResult written = shop.restore(tables(Mode.MERGE, "places"));

        assertThat(counts(written)).containsExactly("public.places 1 8 0");
        assertThat(shop.query(
                        "SELECT id || ' ' || place || ' ' || during || ' ' || note FROM places WHERE id IN (1, 8, 9)"
                                + " ORDER BY id"))
                .containsExactly("1 1 [1,2) none", "8 8 [8,9) kept", "9 9 [9,10) none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void aTableWithoutAKeyIsReplacedRowByRowAndEqualRowsAreCounted(String role) {
        LiveShop shop = shop(
                role,
                "CREATE TABLE t (v text, w int)",
                "CREATE TABLE heir () INHERITS (t)",
                "INSERT INTO t SELECT 'same', 1 FROM generate_series(1, 5); INSERT INTO t VALUES (NULL, NULL), ('', 2)",
                "INSERT INTO heir VALUES ('heir', 1)");
        var before = shop.state();
        shop.then(
                "DELETE FROM ONLY t WHERE ctid IN (SELECT ctid FROM ONLY t WHERE v = 'same' LIMIT 2)",
                "UPDATE ONLY t SET v = NULL WHERE v = ''",
                "INSERT INTO t SELECT 'extra', 3 FROM generate_series(1, 2)");

        assertThat(counts(shop.restore(tables(Mode.REPLACE, "public.t")))).containsExactly("public.t 3 0 3");
        assertThat(shop.state()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "keeper"})
    void whatAForeignKeyWouldDoByItselfIsNotDone(String role) {
        LiveShop shop = shop(
                role,
                "CREATE TABLE parents (id int PRIMARY KEY, code text UNIQUE)",
                "CREATE TABLE children (id int PRIMARY KEY, code text REFERENCES parents (code) ON UPDATE CASCADE)",
                "INSERT INTO parents VALUES (1, 'a'), (2, 'b'); INSERT INTO children VALUES (1, 'a'), (2, 'b')");
        shop.then(
                "UPDATE parents SET code = 'x' WHERE id = 1; UPDATE parents SET code = 'a' WHERE id = 2",
                "UPDATE parents SET code = 'b' WHERE id = 1; UPDATE children SET code = 'a' WHERE id = 1",
                "UPDATE children SET code = 'b' WHERE id = 2");
        var children = shop.query("SELECT id || code FROM children ORDER BY id");

        InPlaceStage stage = shop.stage(tables(Mode.REPLACE, "parents"));
        if (role.equals("keeper")) {
            assertThatThrownBy(stage::apply).hasMessageContaining("children_code_fkey");
        } else {
            stage.apply();
            assertThat(shop.query("SELECT id || code FROM parents ORDER BY id")).containsExactly("1a", "2b");
        }

        assertThat(shop.query("SELECT id || code FROM children ORDER BY id")).isEqualTo(children);
    }
}
