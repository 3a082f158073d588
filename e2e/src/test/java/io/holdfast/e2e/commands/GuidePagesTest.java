package io.holdfast.e2e.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.devstack.Service;
import io.holdfast.e2e.Rest;
import io.holdfast.e2e.Rig;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The pages of one screen, typed in order as they are: the server of {@code up} also stands for the reader's own. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuidePagesTest {
    private static final String FIVE_MINUTES = "docs/guide/five-minutes.md";
    private static final String DATABASE_IS_GONE = "docs/guide/database-is-gone.md";
    private static final int SCREEN = 48;

    private static final String UP = "./holdfast up";

    private Entry entry;
    private Entry.Running up;

    @BeforeAll
    void start() throws IOException {
        entry = new Entry();
        up("up");
    }

    @AfterAll
    void stop() {
        entry.close();
    }

    @Order(1)
    @Test
    void aPageFitsOnOneScreen() throws IOException {
        for (String page : List.of(FIVE_MINUTES, DATABASE_IS_GONE)) {
            assertThat(Files.readAllLines(Entry.checkout().resolve(page)))
                    .as(page)
                    .hasSizeLessThanOrEqualTo(SCREEN);
        }
    }

    @Order(2)
    @TestFactory
    Stream<DynamicTest> fiveMinutesLeadToAProvenBackupOfOnesOwnDatabase() throws Exception {
        sql("postgres", "create role shop login password 'owns-the-shop'");
        sql("postgres", "create database shop owner shop");
        sql(
                "shop",
                "set role shop",
                "create table goods as select g as id, md5(g::text) as name from generate_series(1, 1000) g");
        return commands(FIVE_MINUTES, 10);
    }

    @Order(3)
    @Test
    void theCopyOfTheNewSourceHasItsRows() throws Exception {
        assertThat(one("shop_copy", "select count(*) from goods")).isEqualTo("1000");
        assertThat(Rig.items(url(Service.BACKUP), "/api/backups?source=shop&state=PROVEN"))
                .hasSize(1);
    }

    @Order(4)
    @TestFactory
    Stream<DynamicTest> aDatabaseThatIsGoneComesBack() throws Exception {
        entry.run("backup", "portal", "--wait", "proven").done();
        sql("postgres", "drop database portal with (force)");
        return commands(DATABASE_IS_GONE, 7);
    }

    @Order(5)
    @Test
    void theDatabaseIsBackAsItWasBeforeTheSecondRestore() throws Exception {
        assertThat(one("portal", "select count(*) > 0 and bool_and(name like 'before %') from clients"))
                .isEqualTo("t");
    }

    private Stream<DynamicTest> commands(String page, int atLeast) throws IOException {
        List<String> commands = Readme.commands(page);
        assertThat(commands).hasSizeGreaterThanOrEqualTo(atLeast);
        return commands.stream().map(command -> dynamicTest(command, () -> type(command)));
    }

    private void type(String command) throws Exception {
        if (command.equals(UP)) {
            assertThat(up.process().isAlive()).isTrue();
        } else if (command.startsWith(UP)) {
            up(command.replace("~/.local/share/holdfast", entry.data().toString())
                    .substring("./holdfast ".length())
                    .split(" ", -1));
        } else if (command.equals("./holdfast status")) {
            assertThat(entry.shell(command).exit()).isIn(0, 1); // 1: a source is down
        } else {
            if (command.startsWith("./holdfast rollback")) {
                replaceAgain();
            }
            entry.shell("export PGPASSWORD=" + password() + "\n" + here(command))
                    .done();
        }
    }

    /** The first restore found no database, so there is none to go back to. */
    private void replaceAgain() throws Exception {
        sql("portal", "update clients set name = 'before ' || id");
        entry.run("restore", "portal", "--emergency").done();
        assertThat(one("portal", "select count(*) from clients where name like 'before %'"))
                .isEqualTo("0");
    }

    private String here(String command) throws IOException {
        return command.replace("db.example:5432", "127.0.0.1:" + stack("port.POSTGRES"))
                .replaceFirst(" ID$", command.endsWith(" ID") ? " " + replacement() : "");
    }

    private String replacement() throws IOException {
        return Rig.items(url(Service.RESTORE), "/api/restores?source=portal").stream()
                .filter(restore -> List.of("WATCHING", "COMPLETED")
                        .contains(restore.path("state").asText()))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    private void up(String... arguments) throws IOException {
        up = entry.start(
                Map.of(),
                Stream.concat(Stream.of(arguments), Stream.of("--port", "0")).toArray(String[]::new));
        up.awaitSaying("stops it; the data stays in");
    }

    private URI url(Service service) throws IOException {
        Rest.asAdminOf(entry.data());
        return ServiceEndpoints.parse(
                        Files.readAllLines(entry.data().resolve("up.pid")).get(2))
                .of(service);
    }

    private String password() throws IOException {
        return stack("secret.postgres");
    }

    private String stack(String name) throws IOException {
        Properties stack = new Properties();
        try (Reader in = Files.newBufferedReader(entry.data().resolve("stack/stack.properties"))) {
            stack.load(in);
        }
        return Objects.requireNonNull(stack.getProperty(name), name);
    }

    private void sql(String database, String... statements) throws SQLException, IOException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String one(String database, String query) throws SQLException, IOException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private Connection connect(String database) throws SQLException, IOException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + stack("port.POSTGRES") + "/" + database, "postgres", password());
    }
}
