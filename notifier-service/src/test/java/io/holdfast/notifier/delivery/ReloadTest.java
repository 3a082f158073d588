package io.holdfast.notifier.delivery;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.StackAddresses;
import io.holdfast.notifier.notice.Samples;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(NotifierStack.class)
class ReloadTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init") // NotifierStack sets it
    StackAddresses addresses;

    @ConfigProperty(name = "holdfast.config")
    @SuppressWarnings("NullAway.Init")
    Path file;

    private String yaml = "";

    @BeforeEach
    void remember() throws IOException {
        yaml = Files.readString(file);
    }

    @AfterEach
    void restore() throws IOException {
        apply(yaml);
    }

    @Test
    void aChangedRoutingAndANewChannelTakeEffectWithoutARestart() throws IOException {
        assertThat(channels()).containsExactly("ops");

        apply(
                yaml.replace("ledger.db\", notify: [ops]", "ledger.db\", notify: [copy]")
                        .replace(
                                "    dead: {",
                                "    copy: { type: slack, webhook: { file: slack.url }, events: [backup-completed] }\n    dead: {"));

        assertThat(channels()).containsExactly("copy");
    }

    /** The channels of the deliveries of an event of the source "ledger". */
    private List<String> channels() {
        Bus bus = new Bus(addresses.kafka());
        try {
            Samples.Sample sample = Samples.of("BackupCompleted")
                    .with("\"name\": \"portal\"", "\"name\": \"ledger\"")
                    .with(
                            "019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f",
                            UUID.randomUUID().toString());
            String id = bus.send(sample);
            return await().atMost(SOON)
                    .until(
                            () -> given().get("/api/deliveries?state=DELIVERED&about=" + id)
                                    .jsonPath()
                                    .getList("items.channel", String.class),
                            found -> found != null && !found.isEmpty());
        } finally {
            bus.close();
        }
    }

    private void apply(String text) throws IOException {
        Files.writeString(file, text);
        String digest = io.holdfast.config.ConfigText.read(file).digest();
        await().atMost(SOON)
                .until(() -> digest.equals(
                        given().get("/api/configuration").jsonPath().getString("digest")));
    }
}
