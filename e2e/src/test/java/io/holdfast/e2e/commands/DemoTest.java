package io.holdfast.e2e.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.e2e.Rest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The main job as {@code ./holdfast demo} does and checks it: a request on Kafka becomes a proven backup, a second backup
 * stores almost nothing, a destroyed database comes back equal in its place, then one table and ten rows; all of it is
 * rolled back; people hear of it once, the activity has no gap.
 */
class DemoTest {
    private static final int STEPS = 17;

    private Entry entry;

    @BeforeEach
    void enter() throws Exception {
        entry = new Entry();
    }

    @AfterEach
    void leave() {
        entry.close();
    }

    @Test
    void theDemoProvesEveryStepAndLeavesNothing() throws Exception {
        Entry.Said said = entry.run("demo", "--json").done();

        JsonNode document = Rest.JSON.readTree(said.out());
        assertThat(document.path("proven").asBoolean()).isTrue();
        assertThat(document.path("steps"))
                .hasSize(STEPS)
                .allSatisfy(step -> assertThat(step.path("proof").asText()).isNotEmpty());
        assertThat(document.findValuesAsText("step"))
                .contains(
                        "back up, asked over Kafka",
                        "prove the backup",
                        "disaster",
                        "restore in its place",
                        "compare by SQL",
                        "one table back",
                        "ten rows back",
                        "roll everything back",
                        "raise an alert",
                        "end the alert");
        assertThat(said.err()).isEmpty();
        nothingIsLeft();
    }

    @Test
    void aStepThatFailsEndsTheDemoWithOne() throws Exception {
        Entry.Running demo = entry.start(Map.of("HOLDFAST_PG_BIN", "/nowhere"), "demo", "--json");

        Entry.Said said = demo.ended();

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.err())
                .hasLineCount(1)
                .contains("step 1, start the servers, failed", "HOLDFAST_PG_BIN is /nowhere, which has no initdb");
        JsonNode document = Rest.JSON.readTree(said.out());
        assertThat(document.path("proven").asBoolean(true)).isFalse();
        assertThat(document.path("failure").asText()).contains("HOLDFAST_PG_BIN");
        nothingIsLeft();
    }

    @Test
    void ctrlCWhileItStartsLeavesNothing() throws Exception {
        Entry.Running demo = entry.start(Map.of(), "demo");
        demo.awaitSaying("2. create the portal");

        Entry.interrupt(demo);

        assertThat(demo.ended().exit()).isNotZero();
        nothingIsLeft();
    }

    private void nothingIsLeft() throws Exception {
        assertThat(entry.processes()).isEmpty();
        assertThat(entry.files()).isEmpty();
    }
}
