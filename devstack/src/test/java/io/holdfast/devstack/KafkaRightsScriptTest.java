package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/kafka/acls.sh}, with programs that note how they are called. */
class KafkaRightsScriptTest {
    @TempDir
    private Path folder;

    private KafkaRules rules;

    @BeforeEach
    void passwords() throws IOException {
        rules = KafkaRules.read();
        for (String user : rules.users()) {
            Files.writeString(folder.resolve(user.replace("-service", "") + "-kafka"), "secret-" + user);
        }
    }

    @Test
    void allRightsAreAddedToAnEmptyBroker() throws Exception {
        List<List<String>> calls = run("");

        assertThat(granted(calls, "--add"))
                .containsExactlyInAnyOrderElementsOf(
                        rules.rules().stream().map(KafkaRightsScriptTest::text).toList());
        assertThat(granted(calls, "--remove")).isEmpty();
    }

    @Test
    void eachUserGetsItsPasswordFromAFileThatOthersCannotRead() throws Exception {
        Map<String, String> passwords = new TreeMap<>();
        for (List<String> call : run("")) {
            if (call.contains("--add-config-file")) {
                passwords.put(call.get(call.indexOf("--entity-name") + 1), call.getLast());
            }
        }

        assertThat(passwords.keySet()).isEqualTo(rules.users());
        assertThat(passwords)
                .allSatisfy(
                        (user, file) -> assertThat(file).isEqualTo("rw------- SCRAM-SHA-512=password=secret-" + user));
    }

    @Test
    void aRightThatTheRulesDoNotGiveIsTakenAndOtherUsersKeepTheirs() throws Exception {
        String present = """
                Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=holdfast.restore.requests.v1, patternType=LITERAL)`:\s
                 \t(principal=User:notifier-service, host=*, operation=WRITE, permissionType=ALLOW)
                 \t(principal=User:producer, host=*, operation=WRITE, permissionType=ALLOW)
                 \t(principal=User:somebody, host=*, operation=WRITE, permissionType=ALLOW)\s

                """;

        List<List<String>> calls = run(present);

        assertThat(granted(calls, "--remove"))
                .containsExactly("notifier-service write topic holdfast.restore.requests.v1");
        assertThat(granted(calls, "--add"))
                .hasSize(rules.rules().size() - 1)
                .doesNotContain("producer write topic holdfast.restore.requests.v1");
    }

    /** Arguments of each call; of a file of settings its mode and content. */
    private List<List<String>> run(String present) throws IOException, InterruptedException {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Path calls = Files.createDirectory(folder.resolve("calls"));
        Path listed = Files.writeString(folder.resolve("listed"), present);
        for (String name : List.of("kafka-acls.sh", "kafka-configs.sh")) {
            Path program = Files.writeString(programs.resolve(name), """
                    #!/usr/bin/env bash
                    if [[ " $* " == *" --list "* ]]; then cat '%s'; exit; fi
                    printf '%%s\\n' "$@" >'%s'/$$
                    if [[ " $* " == *" --add-config-file "* ]]; then
                      printf '%%s %%s\\n' "$(ls -l "${@: -1}" | cut -c2-10)" "$(cat "${@: -1}")" >>'%s'/$$
                    fi
                    """.formatted(listed, calls, calls));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", "../deploy/kafka/acls.sh", "broker:9091", "client.properties")
                .redirectErrorStream(true);
        builder.environment().put("KAFKA_PROGRAMS", programs.toString());
        builder.environment().put("PASSWORDS", folder.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        List<List<String>> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(calls)) {
            for (Path file : files.toList()) {
                all.add(Files.readAllLines(file));
            }
        }
        assertThat(all)
                .isNotEmpty()
                .allSatisfy(call -> assertThat(call)
                        .startsWith("--bootstrap-server", "broker:9091", "--command-config", "client.properties"));
        return all;
    }

    private static List<String> granted(List<List<String>> calls, String action) {
        List<String> granted = new ArrayList<>();
        for (List<String> call : calls) {
            if (call.contains(action)) {
                String user = call.get(call.indexOf("--allow-principal") + 1).replace("User:", "");
                String operation = call.get(call.indexOf("--operation") + 1).toLowerCase(Locale.ROOT);
                for (int i = 0; i < call.size(); i++) {
                    if (call.get(i).equals("--topic") || call.get(i).equals("--group")) {
                        granted.add("%s %s %s %s"
                                .formatted(user, operation, call.get(i).substring(2), call.get(i + 1)));
                    }
                }
            }
        }
        return granted;
    }

    private static String text(KafkaRules.Rule rule) {
        return "%s %s %s %s".formatted(rule.user(), rule.operation(), rule.type(), rule.name());
    }
}
