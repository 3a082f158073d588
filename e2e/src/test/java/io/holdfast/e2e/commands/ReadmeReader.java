package io.holdfast.e2e.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.devstack.Service;
import io.holdfast.e2e.Bus;
import io.holdfast.e2e.Rest;
import io.holdfast.e2e.Rig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Types what README.md says into a shell, putting in what any reader would, and looks whether it came true. */
final class ReadmeReader implements AutoCloseable {
    private static final Pattern INTO = Pattern.compile("--into (\\w+)|\"database\":\"(\\w+)\"");
    private static final String CLIENTS =
            "select count(*) || ' ' || md5(string_agg(c::text, '' order by c.id)) from clients c";

    private final Entry entry;
    private final ServiceEndpoints endpoints;
    private final String kafka;
    private final Bus bus;

    /** @param greeting what {@code up} said */
    ReadmeReader(Entry entry, String greeting) throws IOException {
        this.entry = entry;
        Rest.asAdminOf(entry.data());
        this.kafka = found("(?m)^ +Kafka +(\\S+)$", greeting);
        this.endpoints = ServiceEndpoints.parse(
                Files.readAllLines(entry.data().resolve("up.pid")).get(2));
        this.bus = new Bus(kafka);
    }

    void follow(String command) throws IOException, InterruptedException, SQLException {
        if (command.startsWith("./holdfast cancel ID")) {
            cancel(command);
        } else if (command.startsWith("curl ") && command.contains("/api/backups")) {
            askedByRest(command);
        } else if (command.startsWith("kcat ")) {
            askedByKafka(command);
        } else if (command.startsWith("./holdfast rollback ID")) {
            rolledBack(command);
        } else {
            String said = type(command.endsWith(" ID") ? command.replace(" ID", " " + proven()) : command)
                    .out();
            assertThat(said).isNotBlank();
            if (command.startsWith("curl ")) {
                Rig.patiently().until(() -> state(location(said)).equals("COMPLETED"));
            } else if (command.startsWith("./holdfast backup ")) {
                assertThat(said).contains(proven());
            }
            equal(command);
        }
    }

    private Entry.Said type(String command) throws IOException, InterruptedException {
        String typed = command.replace("KAFKA", kafka)
                .replace("~/.local/share/holdfast", entry.data().toString())
                .replaceAll("--at \\S+", "--at " + Instant.now())
                .replace("http://127.0.0.1:8081", url(Service.BACKUP).toString())
                .replace("http://127.0.0.1:8082", url(Service.RESTORE).toString());
        return entry.shell(typed).done();
    }

    /** A restored database is there, with the rows of the live one. */
    private void equal(String command) throws SQLException, IOException {
        Matcher into = INTO.matcher(command);
        if (into.find()) {
            String database = into.group(1) == null ? into.group(2) : into.group(1);
            assertThat(one(database, CLIENTS)).isEqualTo(one("portal", CLIENTS)).isNotEqualTo("0 ");
        }
    }

    /** Sent again with the same key it starts nothing new. */
    private void askedByRest(String command) throws IOException, InterruptedException {
        String first = type(command).out();
        String again = type(command).out();

        assertThat(first).startsWith("HTTP/1.1 202").contains("\"before-migration\"");
        assertThat(location(again)).isEqualTo(location(first));
        Rig.patiently().until(() -> state(location(first)).equals("PROVEN"));
    }

    /** A record that comes twice is one backup; its outcome is published with the request's id, for each. */
    private void askedByKafka(String command) throws IOException, InterruptedException {
        String id = found("\"id\":\"([^\"]+)\"", command);
        for (int times = 1; times <= 2; times++) {
            if (entry.shell("command -v kcat || true").out().isEmpty()) {
                bus.publish(found("-t (\\S+)", command), found("(?s)'END'\n(.*)\nEND", command));
            } else {
                type(command);
            }
            int outcomes = times;
            Rig.patiently().until(() -> outcomes(id) == outcomes);
        }

        assertThat(Rig.items(url(Service.BACKUP), "/api/backups?correlation=" + id))
                .hasSize(1);
    }

    private long outcomes(String correlation) {
        return bus.of("BackupCompleted").stream()
                .filter(event -> event.correlationId().equals(correlation))
                .count();
    }

    /** Of a backup that cannot go on: somebody holds a lock that it needs. */
    private void cancel(String command) throws SQLException, IOException, InterruptedException {
        try (Connection somebody = connect("portal")) {
            somebody.setAutoCommit(false);
            somebody.createStatement().execute("lock table tickets in access exclusive mode");
            JsonNode backup = Rest.post(url(Service.BACKUP), "/api/backups", "{\"source\":\"portal\"}")
                    .body();
            String id = backup.path("id").asText();

            type(command.replace("ID", id));

            Rig.patiently()
                    .until(() -> state(url(Service.BACKUP).resolve("/api/backups/" + id))
                            .equals("CANCELLED"));
        }
    }

    /** Of the newest restore into the live database, which the commands before it asked for. */
    private void rolledBack(String command) throws IOException, InterruptedException {
        String id = Rig.items(url(Service.RESTORE), "/api/restores?source=portal").stream()
                .filter(restore -> restore.path("database").asText().equals("portal"))
                .filter(restore -> List.of("WATCHING", "COMPLETED")
                        .contains(restore.path("state").asText()))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();

        assertThat(type(command.replace("ID", id)).out()).contains("restore " + id + " is rolled back");
    }

    private String proven() {
        return Rig.items(url(Service.BACKUP), "/api/backups?state=PROVEN&label=before-migration")
                .getFirst()
                .path("id")
                .asText();
    }

    private static String state(URI job) {
        return Rest.get(job, job.getPath()).path("state").asText();
    }

    private URI url(Service service) {
        return endpoints.of(service);
    }

    private URI location(String answer) {
        return URI.create(found("(?im)^Location: (\\S+)", answer));
    }

    private String one(String database, String query) throws SQLException, IOException {
        try (Connection connection = connect(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private Connection connect(String database) throws SQLException, IOException {
        Path data = entry.data();
        String server =
                found("url: postgresql://portal_backup@([^/]+)/", Files.readString(data.resolve("holdfast.yaml")));
        String password =
                Files.readString(data.resolve("secrets/portal-password")).strip();
        return DriverManager.getConnection("jdbc:postgresql://" + server + "/" + database, "portal", password);
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }

    @Override
    public void close() {
        bus.close();
    }
}
