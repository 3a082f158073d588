package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    static Stream<List<String>> commands() {
        List<List<String>> all = new ArrayList<>();
        collect(Main.commandLine(CliContext.system()), List.of(), all);
        return all.stream();
    }

    private static void collect(CommandLine command, List<String> path, List<List<String>> all) {
        all.add(path);
        command.getSubcommands().forEach((name, sub) -> {
            List<String> longer = new ArrayList<>(path);
            longer.add(name);
            collect(sub, longer, all);
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyHelpHasAnExampleThatParses(List<String> path) {
        List<String> args = new ArrayList<>(path);
        args.add("--help");

        Shell.Result result = new Shell().run(args.toArray(String[]::new));

        assertThat(result.exit()).isZero();
        assertThat(result.err()).isEmpty();
        List<String> examples = result.out()
                .lines()
                .dropWhile(line -> !line.equals("Examples:"))
                .skip(1)
                .map(line -> line.strip().replaceFirst("  .*", ""))
                .filter(line -> !line.isEmpty())
                .toList();
        assertThat(examples).isNotEmpty().allMatch(line -> line.startsWith("./holdfast " + String.join(" ", path)));
        for (String example : examples) {
            String[] words = example.substring("./holdfast ".length()).split(" ", -1);
            assertThat(Main.commandLine(CliContext.system()).parseArgs(words).subcommands())
                    .isNotEmpty();
        }
    }

    @Test
    void theTopListsEveryCommandOfThisVersion() {
        Shell.Result result = new Shell().run();

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("demo", "up", "down", "status", "sources", "backup", "backups", "show", "cancel")
                .contains("restore", "verify", "activity", "config", "vault");
    }
}
