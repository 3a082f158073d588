package io.holdfast.e2e.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.e2e.Rest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

/**
 * The life of a platform that {@code ./holdfast up} runs, told in order because starts are dear: used as the README
 * says, killed, started again on its data, stopped by Ctrl-C, stopped by {@code down} while it starts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpTest {
    /** Run by others: the demo by DemoTest, all tests just now, {@code up} before any of these. */
    private static final List<String> ELSEWHERE = List.of("./holdfast demo", "./holdfast test", "./holdfast up");

    /** Five services, the servers' JVM, PostgreSQL: each a process of its own, beside that of {@code up}. */
    private static final int PARTS = 7;

    private Entry entry;
    private Entry.Running up;
    private ReadmeReader reader;

    @BeforeAll
    void start() throws IOException {
        entry = new Entry();
        up = entry.start(Map.of(), "up", "--port", "0");
        up.awaitSaying("stops it; the data stays in");
        reader = new ReadmeReader(entry, up.said());
    }

    @AfterAll
    void stop() {
        reader.close();
        entry.close();
    }

    @Order(1)
    @TestFactory
    Stream<DynamicTest> everyCommandOfTheReadmeDoesWhatItSays() throws IOException {
        List<String> commands = Readme.commands(Readme.FILE);
        assertThat(commands).containsAll(ELSEWHERE).hasSizeGreaterThan(ELSEWHERE.size() + 10);
        return commands.stream()
                .filter(command -> !ELSEWHERE.contains(command))
                .map(command -> dynamicTest(command, () -> reader.follow(command)));
    }

    @Order(2)
    @Test
    void exitCodesSayWhatBecameOfIt() throws Exception {
        said(1, "cannot reach backup-service", "sources", "--server", "http://127.0.0.1:1");
        said(2, "did you mean \"backup\"?", "bakup", "portal");
        said(3, "SOURCE_UNKNOWN", "backup", "portl");
        said(3, "BACKUP_NOT_USABLE", "restore", "portal", "--label", "no-such-label", "--into", "portal_nowhere");
        said(4, "", "restore", "portal", "--into", "portal_late", "--timeout", "1ms");
        said(3, "is running on " + entry.data() + " already; stop it with ./holdfast down", "up", "--port", "0");
    }

    private void said(int exit, String words, String... arguments) throws IOException, InterruptedException {
        Entry.Said said = entry.run(arguments);

        assertThat(said.exit()).as("%s: %s", String.join(" ", arguments), said).isEqualTo(exit);
        assertThat(said.err()).startsWith("holdfast: ").hasLineCount(1).contains(words);
    }

    @Order(3)
    @Test
    @Tag("slow")
    void killedItLeavesNoProcessAndStartedAgainItHasItsBackups() throws Exception {
        List<String> before = backups();
        assertThat(before).isNotEmpty();
        assertThat(entry.processes()).hasSizeGreaterThan(PARTS); // else nothing could be said of those that are left

        up.process().destroyForcibly().waitFor();

        entry.awaitNoProcess();
        up = entry.start(Map.of(), "up", "--data", entry.data().toString(), "--port", "0", "--with", "d1");
        up.awaitSaying("stops it; the data stays in");
        assertThat(backups()).containsAll(before);
        entry.run("backup", "portal", "--wait", "stored").done();
        theStandInForD1IsBackedUpAndGoesBack();
    }

    private void theStandInForD1IsBackedUpAndGoesBack() throws IOException, InterruptedException {
        assertThat(up.said()).contains("D1 (stand-in)").contains("source portal-d1");
        entry.run("backup", "portal-d1", "--wait", "stored").done();
        String now = Instant.now().toString();
        Entry.Said plan = entry.run("restore", "portal-d1", "--replace", "--at", now, "--point-in-time", "--dry-run")
                .done();
        assertThat(plan.out()).contains("Time Travel bookmark").contains("the way back");
    }

    private List<String> backups() throws IOException, InterruptedException {
        JsonNode listed = Rest.JSON.readTree(
                entry.run("backups", "portal", "--json").done().out());
        return listed.path("items").findValuesAsText("id");
    }

    @Order(4)
    @Test
    void ctrlCStopsItWithoutAComplaint() throws Exception {
        Entry.interrupt(up);

        Entry.Said said = up.ended().done();
        assertThat(said.err()).isEmpty();
        assertThat(entry.processes()).isEmpty();
    }

    @Order(5)
    @Test
    void downStopsItEvenWhileItStarts() throws Exception {
        Entry.Running starting = entry.start(Map.of(), "up", "--port", "0");
        starting.awaitSaying("starting the five services");

        Entry.Said down = entry.run("down").done();

        assertThat(down.out()).contains("stopped; the data stays in " + entry.data());
        assertThat(starting.ended().done().err()).isEmpty();
        assertThat(entry.processes()).isEmpty();
        assertThat(entry.run("down").done().out()).contains("nothing runs on " + entry.data());
    }
}
