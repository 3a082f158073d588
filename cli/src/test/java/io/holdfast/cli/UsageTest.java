package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bakup portal                          | unknown command \"bakup\", did you mean \"backup\"?",
                "restoer portal                        | did you mean \"restore\"?",
                "config chek                           | did you mean \"check\"?",
                "backup --labl x portal                | unknown option \"--labl\", did you mean \"--label\"?",
                "backup                                | SOURCE",
                "backup portal --wait soon             | STORED, PROVEN",
                "backup portal --timeout 30s4m         | \"30s4m\" is not a duration; write for example",
                "backup portal --timeout 3x            | \"3x\" is not a duration; write for example",
                "restore portal                        | --into",
                "restore portal --to postgresql://me:hush@db2/x | holds a password",
                "restore portal --to postgresql://db2/x --into x | give one of them",
                "restore portal --into x --backup 4711 | \"4711\" is not an id such as",
                "restore portal --into x --at today    | is not an instant with its zone",
                "restore p --into x --label l --emergency | mutually exclusive",
                "show 4711                             | is not an id such as",
                "status --server ftp://x               | want http://host",
                "--server ftp://x status               | want http://host",
                "up --port 70000                       | between 1 and 65531",
                "config                                | ./holdfast config check",
                "vault                                 | ./holdfast vault list",
            })
    void wrongUsageExitsWith2AndSaysWhatToDoInOneLine(String line, String said) {
        Shell.Result result = new Shell().run(line.strip().split(" +", -1));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("holdfast: ").contains(said.strip()).hasLineCount(1);
    }

    @Test
    void aTimeoutMayHaveSeveralUnitsLikeEveryDuration() {
        assertThat(new DurationConverter().convert("4m30s")).isEqualTo(Duration.ofSeconds(270));
        assertThat(new DurationConverter().convert("1w")).isEqualTo(Duration.ofDays(7));
    }
}
