package io.holdfast.restore.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.saga.Bus;
import io.holdfast.restore.saga.Desk;
import io.holdfast.restore.saga.LogLines;
import io.holdfast.restore.saga.Site;
import io.holdfast.vault.format.Manifest;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class StartupCheckTest {
    @Inject
    StartupCheck look;

    @Inject
    Desk desk;

    @Inject
    Site site;

    @Test
    void itSaysWhichRestoresGoOnAndWhatCouldBeRestored() {
        site.application.reset();
        Manifest backup = desk.garbledAfterBackup(Desk.DESK);
        String id = Desk.merging(",\"tables\":[\"people\"]");
        Desk.awaitState(id, RestoreState.SAFETY);

        try (LogLines log = new LogLines(StartupCheck.class)) {
            look.start(new StartupEvent());
            await().atMost(Bus.PATIENCE)
                    .untilAsserted(() -> assertThat(log.lines)
                            .contains(
                                    "INFO restore " + id + " of desk is under way: SAFETY",
                                    "INFO desk can be restored from backup " + backup.backup() + " of "
                                            + backup.contents().snapshotAt())
                            .anyMatch(line -> line.endsWith(" has no backup yet")));
        } finally {
            Desk.tell("ann", id, "cancellation");
        }
        Desk.awaitState(id, RestoreState.CANCELLED);
    }
}
