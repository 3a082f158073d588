package io.holdfast.eventing.authorization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.cloudevents.CloudEventReader;
import io.holdfast.eventing.cloudevents.EventDataReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/guide/access.md, run by bash and openssl; only kcat is a stand-in that writes down what it sends. */
class GuideExampleTest {
    private static final Path GUIDE = Path.of("../../docs/guide/access.md");
    private static final String KCAT = """
            #!/bin/bash
            while (($#)); do
              case $1 in
                -H) printf '%s' "$2" > header; shift 2 ;;
                -t) printf '%s' "$2" > topic; shift 2 ;;
                -b) shift 2 ;;
                -P) shift ;;
                *) cp "$1" value; shift ;;
              esac
            done
            """;

    @TempDir
    Path folder;

    @Test
    void theShellExampleOfTheGuideIsASignedRequest() throws Exception {
        String guide = Files.readString(GUIDE);
        String keys = found(guide, "`(openssl genpkey -algorithm rsa [^`]+)`") + " -out billing.pem\n"
                + found(guide, "(?m)^    (openssl pkey .*)$") + "\n";
        String example = found(guide, "(?s)```bash\n(.*?)```");
        assertThat(example.lines()).hasSizeLessThanOrEqualTo(10);
        Path kcat = Files.writeString(folder.resolve("kcat"), KCAT);
        assertThat(kcat.toFile().setExecutable(true)).isTrue();

        run("set -e; PATH=$PWD:$PATH\n" + keys + example);

        assertThat(Files.readString(folder.resolve("topic"))).isEqualTo(Topic.RESTORE_REQUESTS.topicName());
        CloudEventEnvelope sent = CloudEventReader.read(Topic.RESTORE_REQUESTS, record());
        Principal sender = new RequestAuthorizer(this::config, Clock.systemUTC()).authenticate(sent);
        assertThat(sender.name()).isEqualTo("billing");
        assertThat(sender.has(Permission.RESTORE)).isTrue();
        assertThat(sent.expiry()).isAfter(Clock.systemUTC().instant());
        assertThat(EventDataReader.read(sent.data(), RestoreRequest.Requested.class, true)
                        .source())
                .isEqualTo("portal");
    }

    private ConsumerRecord<byte[], byte[]> record() throws IOException {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                Topic.RESTORE_REQUESTS.topicName(), 0, 0, null, Files.readAllBytes(folder.resolve("value")));
        String[] header = Files.readString(folder.resolve("header")).split("=", 2);
        record.headers().add(header[0], header[1].getBytes(UTF_8));
        return record;
    }

    private HoldfastConfig config() {
        return HoldfastConfig.parse("""
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  access:
                    producers:
                      billing: { keys: { "2026-01": billing.pub.pem }, roles: [restorer] }
                """, folder.resolve("holdfast.yaml"), Environment.of(Map.of()));
    }

    private void run(String script) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(List.of("bash", "-c", script))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
    }

    private static String found(String text, String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        assertThat(matcher.find()).as(regex).isTrue();
        return Objects.requireNonNull(matcher.group(1));
    }
}
