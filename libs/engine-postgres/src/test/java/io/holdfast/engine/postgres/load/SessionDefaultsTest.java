package io.holdfast.engine.postgres.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.postgres.Databases;
import java.io.IOException;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases whose content depends on what their sessions begin with. */
class SessionDefaultsTest {
    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());
    private final String everybody = "ALTER ROLE \"" + Databases.server().user().replace("\"", "\"\"") + "\" ";

    /** To a session the same as a server's timezone in its configuration. */
    @BeforeEach
    void theSourceIsInBerlin() {
        Databases.sql(Databases.server(), everybody + "SET TimeZone = 'Europe/Berlin'");
    }

    @AfterEach
    void andNothingElse() {
        Databases.sql(Databases.server(), everybody + "RESET TimeZone");
    }

    @Test
    void daysAreThoseOfTheSourcesTimeZone() throws IOException {
        Databases.sql(
                source,
                "SET TimeZone = 'Europe/Berlin'",
                "CREATE FUNCTION day_of(timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS 'SELECT $1::date'",
                "CREATE TABLE sale (at timestamptz, noted date CHECK (noted = at::date),"
                        + " day date GENERATED ALWAYS AS (day_of(at)) STORED)",
                "INSERT INTO sale VALUES ('2026-03-01 23:30+00', '2026-03-02'), ('2026-03-02 12:00+00', '2026-03-02')",
                "CREATE INDEX ON sale (day_of(at))",
                "CREATE MATERIALIZED VIEW per_day AS SELECT at::date AS day, count(*) AS sold FROM sale GROUP BY 1");

        DatabaseAddress copy = restored();

        assertThat(Databases.query(copy, "SELECT day || ': ' || sold FROM per_day"))
                .containsExactly("2026-03-02: 2");
        Databases.sql(Databases.server(), "ALTER DATABASE " + copy.database() + " SET enable_seqscan = off");
        assertThat(Databases.query(copy, "SELECT DISTINCT day FROM sale")).containsExactly("2026-03-02");
        assertThat(Databases.query(copy, "SELECT noted FROM sale WHERE" + " day_of(at) = '2026-03-02' AND noted = day"))
                .containsExactly("2026-03-02", "2026-03-02");
    }

    @Test
    void settingsOfTheDatabaseHoldWhileItIsFilled() throws IOException {
        String name = "ALTER DATABASE " + source.database();
        Databases.sql(
                source,
                name + " SET IntervalStyle TO iso_8601; " + name + " SET app.tenant TO 'seven'; " + name
                        + " SET DateStyle TO 'SQL, DMY'; " + name + " SET TimeZone TO 'Asia/Tokyo'",
                "SET app.tenant = 'seven'; SET DateStyle = 'ISO, DMY'; SET TimeZone = 'Asia/Tokyo'",
                "CREATE TABLE bill (tenant text CHECK (tenant = current_setting('app.tenant')),"
                        + " due text CHECK (due::date > '2020-01-31'), at timestamptz, day date CHECK (day = at::date))",
                "INSERT INTO bill VALUES ('seven', '01/02/2020', '2026-03-01 23:30+00', '2026-03-02')",
                "CREATE MATERIALIZED VIEW ours AS SELECT tenant FROM bill WHERE tenant = current_setting('app.tenant')",
                "SET IntervalStyle = iso_8601; CREATE MATERIALIZED VIEW spoken AS SELECT '1 day'::interval::text AS t");

        DatabaseAddress copy = restored();

        assertThat(Databases.query(copy, "SELECT t FROM spoken")).containsExactly("P1D");
        assertThat(Databases.query(copy, "SELECT b.due FROM bill b JOIN ours USING (tenant)"))
                .containsExactly("01/02/2020");
        assertThat(settings(copy)).isEqualTo(settings(source)).hasSize(4);
    }

    @Test
    void valuesAreTextAsAtTheSource() throws IOException {
        String name = "ALTER DATABASE " + source.database();
        Databases.sql(
                source,
                name + " SET IntervalStyle TO iso_8601; " + name + " SET DateStyle TO German; " + name
                        + " SET array_nulls TO off",
                "CREATE FUNCTION spoken(interval) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text'",
                "CREATE TABLE t (i interval CHECK (i::text LIKE 'P%'), d date, a text,"
                        + " g text GENERATED ALWAYS AS (spoken(i)) STORED)",
                "SET IntervalStyle = iso_8601; INSERT INTO t VALUES ('-1 day -2 hours', '2020-02-01', '{NULL}')",
                "CREATE MATERIALIZED VIEW m AS SELECT i::text, d::text AS day, a::text[] AS list FROM t");

        DatabaseAddress copy = restored();

        assertThat(Databases.query(copy, "SELECT g FROM t WHERE i = '-1 day -2 hours'"))
                .containsExactly("P-1DT-2H");
        assertThat(Databases.query(copy, "SELECT i || ' ' || day || ' ' || list::text FROM m"))
                .containsExactly("P-1DT-2H 01.02.2020 {\"NULL\"}");
    }

    @Test
    void settingsThatWouldStandInTheWayWaitForTheEnd() throws IOException {
        String name = "ALTER DATABASE " + source.database();
        Databases.sql(source, "CREATE TABLE t AS SELECT 1 AS a; CREATE INDEX ON t (a)");
        Databases.sql(
                source,
                name + " SET default_transaction_read_only TO on; " + name + " SET statement_timeout TO 100; " + name
                        + " SET session_replication_role TO replica");

        DatabaseAddress copy = restored();

        assertThat(settings(copy)).isEqualTo(settings(source)).hasSize(3);
        assertThat(Databases.query(copy, "SELECT a FROM t")).containsExactly("1");
    }

    /** As a source with a locale that its copy's server does not have. */
    @Test
    void aSettingThatTheServerRefusesKeepsNoOtherBack() throws Exception {
        try (Connection connection = Databases.connect(source)) {
            DatabaseSetting zone = new DatabaseSetting(null, "TimeZone", "Asia/Tokyo");
            DatabaseSetting far = new DatabaseSetting(null, "lc_time", "no_SUCH.place");
            DatabaseSetting tenant = new DatabaseSetting(null, "app.tenant", "a \"b\", 'c'");

            assertThat(LoaderSessionFactory.give(connection, source.database(), List.of(far, zone, tenant)))
                    .containsExactly(zone, tenant);
        }
        assertThat(settings(source)).containsExactly("TimeZone=Asia/Tokyo", "app.tenant=a \"b\", 'c'");
    }

    @Test
    void noStatementWaitsForTheDiskBeforeTheCopyIsHandedOver() throws IOException {
        Databases.sql(source, "ALTER DATABASE " + source.database() + " SET synchronous_commit TO remote_apply");
        Databases.Backup backup;
        try (Snapshot snapshot = Databases.open(source)) {
            backup = Databases.backup(snapshot);
        }
        DatabaseAddress copy = source.withDatabase("unwaiting");
        target.create(copy.database(), backup.shape());
        try (TargetDatabase database = target.open(copy.database(), LoadOptions.defaults())) {
            Databases.load(database, backup);
            assertThat(settings(copy)).contains("synchronous_commit=off");

            database.admit(backup.shape());
        }
        assertThat(settings(copy)).containsExactly("synchronous_commit=remote_apply");
    }

    @Test
    void aBackupSaysWhatSessionsBeginWith() {
        try (Snapshot snapshot = Databases.open(source)) {
            assertThat(snapshot.shape().session())
                    .contains(new DatabaseSetting(null, "TimeZone", "Europe/Berlin"))
                    .extracting(DatabaseSetting::name)
                    .contains("DateStyle", "default_text_search_config", "lc_time");
        }
    }

    @ParameterizedTest
    @CsvSource({"'SQL, DMY', DMY", "german, DMY", "European, DMY", "'ISO, YMD', YMD", "us, MDY", "NonEuropean, MDY"})
    void howDatesAreReadIsPartOfTheirStyle(String style, String order) {
        assertThat(LoaderSessionFactory.order(style)).isEqualTo(", " + order);
        assertThat(LoaderSessionFactory.order("ISO")).isEmpty();
    }

    private static List<String> settings(DatabaseAddress database) {
        return Databases.query(
                Databases.server(),
                "SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
                        + " WHERE d.datname = '" + database.database() + "' ORDER BY 1");
    }

    private DatabaseAddress restored() throws IOException {
        Databases.Backup backup;
        try (Snapshot snapshot = Databases.open(source)) {
            backup = Databases.backup(snapshot);
        }
        Databases.sql(Databases.server(), everybody + "SET TimeZone = 'America/New_York'");
        return source.withDatabase(Databases.restore(target, backup));
    }
}
