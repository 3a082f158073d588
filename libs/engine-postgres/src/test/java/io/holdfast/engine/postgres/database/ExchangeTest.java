package io.holdfast.engine.postgres.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private final DatabaseAddress live = with("live");
    private final DatabaseAddress copy = with("copy");
    private final String name = live.database();
    private final String aside = name + "_aside";
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    private static DatabaseAddress with(String content) {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(address, "CREATE TABLE mark AS SELECT '" + content + "'::text AS it");
        return address;
    }

    private static String mark(DatabaseAddress address) {
        return Databases.query(address, "SELECT it FROM mark").getFirst();
    }

    private long oid(String database) {
        return target.oid(database).orElseThrow();
    }

    @Test
    void whatIsWithdrawnBeforeItHappensDoesNotHappenAnyMore() {
        DatabaseSwap databaseSwap = exchange();
        target.shut(name);

        assertThat(target.withdraw(databaseSwap, name + "_undone")).isFalse();

        assertThat(mark(live)).isEqualTo("live");
        assertThatThrownBy(() -> target.exchange(databaseSwap)).isInstanceOf(HoldfastException.class);
        assertThat(mark(live)).isEqualTo("live");
    }

    @Test
    void aNameThatIsTakenIsRefusedBeforeAnySessionEnds() throws SQLException {
        DatabaseSwap databaseSwap = exchange();
        target.shut(name);
        Databases.sql(Databases.server(), "CREATE DATABASE " + name + "_undone");

        assertRefused(databaseSwap);
        assertThat(mark(live)).as("open all the same").isEqualTo("live");
        target.exchange(databaseSwap);
        Connection application = Databases.connect(live);
        assertRefused(databaseSwap);

        assertThat(application.isValid(1)).isTrue();
        assertThat(mark(live)).isEqualTo("copy");
        application.close();
    }

    private void assertRefused(DatabaseSwap databaseSwap) {
        assertThatThrownBy(() -> target.withdraw(databaseSwap, name + "_undone"))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.TARGET_EXISTS));
    }

    private DatabaseSwap exchange() {
        return new DatabaseSwap(name, oid(name), aside, oid(copy.database()), copy.database());
    }

    @Test
    void theCopyTakesTheNameThoughTheLiveOneIsInUseAndTheOldOneIsPutAsideClosed() throws SQLException {
        DatabaseSwap databaseSwap = exchange();
        Connection application = Databases.connect(live);
        Databases.sql(live, "PREPARE x AS SELECT 1");

        target.exchange(databaseSwap);

        assertThat(mark(live)).isEqualTo("copy");
        assertThat(application.isValid(1)).isFalse();
        assertThat(oid(aside)).isEqualTo(databaseSwap.out());
        assertThatThrownBy(() -> Databases.connect(live.withDatabase(aside)))
                .hasMessageContaining("not currently accepting connections");
    }

    @Test
    void whatIsDoneTwiceIsDoneOnceAndCanBeUndone() {
        DatabaseSwap databaseSwap = exchange();
        target.exchange(databaseSwap);
        target.exchange(databaseSwap);
        assertThat(mark(live)).isEqualTo("copy");

        assertThat(target.withdraw(databaseSwap, name + "_undone")).isTrue();
        assertThat(target.withdraw(databaseSwap, name + "_undone")).isFalse();
        // a worker that was paused before the switch, and wakes now
        assertThatThrownBy(() -> target.exchange(databaseSwap))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.TARGET_CHANGED));

        assertThat(mark(live)).isEqualTo("live");
        assertThat(target.exists(aside)).isFalse();
        assertThat(oid(name + "_undone")).isEqualTo(databaseSwap.in());
    }

    @Test
    void ownerGrantsSettingsLimitAndCommentAreThoseOfTheOldOneAndALabelWhoseProviderIsGoneIsNotInTheWay() {
        String owner = "owner_" + name;
        String reader = "reader_" + name;
        Databases.sql(
                live,
                "CREATE ROLE " + owner + "; CREATE ROLE " + reader,
                "ALTER DATABASE " + name + " OWNER TO " + owner,
                "ALTER DATABASE " + name + " CONNECTION LIMIT 7",
                "ALTER DATABASE " + name + " SET work_mem = '9MB'",
                "ALTER ROLE " + reader + " IN DATABASE " + name + " SET search_path = '\"$user\"', mark",
                "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC; GRANT CONNECT ON DATABASE " + name + " TO " + reader,
                "COMMENT ON DATABASE " + name + " IS 'it''s live'",
                "SET allow_system_table_mods = on; INSERT INTO pg_shseclabel SELECT oid, 'pg_database'::regclass, 'nobody', 'x'"
                        + " FROM pg_database WHERE datname = '" + name + "'",
                "ALTER DATABASE " + copy.database() + " SET statement_timeout = '1s'",
                "GRANT CREATE ON DATABASE " + copy.database() + " TO " + reader);
        String belongings =
                "SELECT concat_ws(' / ', pg_get_userbyid(datdba), datconnlimit, datacl::text, shobj_description(d.oid,"
                        + " 'pg_database'), (SELECT string_agg(setconfig::text, ' ' ORDER BY setrole) FROM"
                        + " pg_db_role_setting WHERE setdatabase = d.oid)) FROM pg_database d WHERE datname = '" + name
                        + "'";
        String before = Databases.query(Databases.server(), belongings).getFirst();

        target.exchange(exchange());

        assertThat(Databases.query(Databases.server(), belongings)).containsExactly(before);
        assertThat(before).contains(owner, "7", reader + "=c/", "it's live", "work_mem=9MB", "$user");
    }

    @Test
    void rightsAreThoseOfTheOldOneWhoeverGaveThemHereAndThere() {
        String owner = "owner_" + name;
        String reader = "reader_" + name;
        String guest = "guest_" + name;
        String handOn = "GRANT CREATE ON DATABASE %s TO " + reader + " WITH GRANT OPTION; SET ROLE " + reader
                + "; GRANT CREATE ON DATABASE %s TO " + guest + "; RESET ROLE";
        Databases.sql(
                live,
                "CREATE ROLE " + owner + "; CREATE ROLE " + reader + "; CREATE ROLE " + guest,
                "ALTER DATABASE " + name + " OWNER TO " + owner,
                "REVOKE TEMPORARY ON DATABASE " + name + " FROM " + owner,
                handOn.replace("%s", name));
        String rights = "SELECT unnest(datacl)::text FROM pg_database WHERE datname = '" + name + "' ORDER BY 1";
        List<String> before = Databases.query(Databases.server(), rights);

        target.exchange(exchange());

        assertThat(Databases.query(Databases.server(), rights))
                .isEqualTo(before)
                .contains(owner + "=Cc/" + owner, guest + "=C/" + reader);
        // the kept one comes back: its rights were given by others than the owner too
        Databases.sql(live, "GRANT TEMPORARY ON DATABASE " + name + " TO " + guest);
        List<String> now = Databases.query(Databases.server(), rights);
        target.exchange(new DatabaseSwap(name, oid(name), name + "_again", oid(aside), aside));
        assertThat(Databases.query(Databases.server(), rights)).isEqualTo(now);
    }

    @Test
    void rightsThatWereNeverTouchedAreTheServersDefaultAgain() {
        Databases.sql(live, "REVOKE ALL ON DATABASE " + copy.database() + " FROM PUBLIC");

        target.exchange(exchange());

        assertThat(Databases.query(
                        Databases.server(),
                        "SELECT has_database_privilege('pg_monitor', '" + name + "', 'CONNECT, TEMPORARY')"))
                .containsExactly("t");
    }

    @Test
    void aCrashAfterTheLiveOneWasClosedIsHealedByGoingOnOrByReopening() {
        DatabaseSwap databaseSwap = exchange();
        target.shut(name);
        assertThatThrownBy(() -> Databases.connect(live)).isInstanceOf(HoldfastException.class);

        target.reopen(oid(name));
        assertThat(mark(live)).isEqualTo("live");
        target.shut("no_such_database");
        target.shut(name);
        target.exchange(databaseSwap);

        assertThat(mark(live)).isEqualTo("copy");
    }

    @Test
    void anotherDatabaseUnderTheNameIsNotExchanged() {
        DatabaseSwap databaseSwap = exchange();
        Databases.sql(
                Databases.server(),
                "ALTER DATABASE " + name + " RENAME TO " + name + "_theirs",
                "CREATE DATABASE " + name + " TEMPLATE template0");

        assertThatThrownBy(() -> target.exchange(databaseSwap))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.TARGET_CHANGED));

        assertThat(mark(copy)).isEqualTo("copy");
        assertThat(Databases.query(live, "SELECT count(*) FROM pg_class WHERE relname = 'mark'"))
                .containsExactly("0");
    }

    @Test
    void afterAFailureTheLiveOneIsInItsPlaceAndOpen() throws SQLException {
        DatabaseSwap databaseSwap = exchange();
        Connection somebody = Databases.connect(Databases.server());
        Sql.run(somebody, "BEGIN; COMMENT ON DATABASE " + name + " IS 'held'");

        assertThatThrownBy(() -> target.exchange(databaseSwap))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.TARGET_BUSY));

        assertThat(mark(live)).isEqualTo("live");
        assertThat(mark(copy)).isEqualTo("copy");
        ConnectionFactory.close(somebody);
        target.exchange(databaseSwap);
        assertThat(mark(live)).isEqualTo("copy");
    }

    @Test
    void aSessionThatMayNotBeEndedIsWaitedFor() throws InterruptedException {
        String role = "switcher_" + name;
        Databases.sql(
                live,
                "CREATE ROLE " + role + " LOGIN CREATEDB",
                "ALTER DATABASE " + name + " OWNER TO " + role,
                "ALTER DATABASE " + copy.database() + " OWNER TO " + role);
        Connection superuser = Databases.connect(live);
        Thread leaving = Thread.ofPlatform().start(() -> leaveOnceClosed(superuser));

        Databases.ENGINE
                .target(Databases.server().withUser(role), PasswordSupplier.none())
                .exchange(exchange());

        leaving.join();
        assertThat(mark(live)).isEqualTo("copy");
    }

    /** A while after nobody gets in any more, so that it was told to end before. */
    private void leaveOnceClosed(Connection session) {
        try {
            Sql.run(
                    session,
                    "DO $$ BEGIN WHILE (SELECT datallowconn FROM pg_database WHERE datname = '" + name
                            + "') LOOP PERFORM pg_sleep(0.01); END LOOP; PERFORM pg_sleep(0.3); END $$");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            ConnectionFactory.close(session);
        }
    }

    @Test
    void aNameThatNobodyHasIsSimplyGiven() {
        DatabaseSwap databaseSwap =
                new DatabaseSwap(name + "_free", null, aside, oid(copy.database()), copy.database());

        target.exchange(databaseSwap);

        assertThat(mark(live.withDatabase(name + "_free"))).isEqualTo("copy");
        Connection application = Databases.connect(live.withDatabase(name + "_free"));
        assertThat(target.withdraw(databaseSwap, name + "_gone")).isTrue();
        assertThat(target.exists(name + "_free")).isFalse();
        assertThat(oid(name + "_gone")).isEqualTo(databaseSwap.in());
        ConnectionFactory.abort(application);
    }

    @Test
    void whatStandsAgainstItIsSaidBeforeAndAllAtOnce() {
        String role = "restorer_" + name;
        Databases.sql(
                live,
                "CREATE ROLE " + role + " LOGIN; GRANT CONNECT ON DATABASE postgres TO " + role,
                "CREATE SUBSCRIPTION sub_" + name + " CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)");
        Connection somebody = Databases.connect(live);
        TargetServer asRole = Databases.ENGINE.target(Databases.server().withUser(role), PasswordSupplier.none());
        try {
            assertThat(target.obstacles(name)).extracting(Finding::object).containsExactly("sub_" + name);
            assertThat(asRole.obstacles(name))
                    .extracting(Finding::message)
                    .anySatisfy(it -> assertThat(it).contains("does not own"))
                    .anySatisfy(it -> assertThat(it).contains("CREATEDB"))
                    .anySatisfy(it -> assertThat(it).contains("pg_signal_backend"));
        } finally {
            ConnectionFactory.close(somebody);
            Databases.sql(
                    live, "ALTER SUBSCRIPTION sub_" + name + " SET (slot_name = NONE); DROP SUBSCRIPTION sub_" + name);
        }
    }
}
