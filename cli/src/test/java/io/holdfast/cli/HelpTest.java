package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    private static final Path FILES = Path.of("src/main/help");

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

        ByteArrayOutputStream warnings = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(warnings, true, StandardCharsets.UTF_8));
        Shell.Result result;
        try {
            result = new Shell().run(args.toArray(String[]::new));
        } finally {
            System.setErr(before);
        }

        assertThat(warnings.toString(StandardCharsets.UTF_8))
                .as("warnings of picocli, such as of an unescaped percent sign")
                .isEmpty();
        assertThat(result.exit()).isZero();
        assertThat(result.err()).isEmpty();
        List<String> examples = result.out()
                .replaceAll(" \\\\\n +", " ") // a line that goes on
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

    /**
     * {@code ./holdfast} answers from these files, so that help needs neither a JDK nor a build. They are written again by
     * {@code ./holdfast test -pl cli -am -Dtest=HelpTest -Dsurefire.failIfNoSpecifiedTests=false
     * -Dholdfast.help.write=true}.
     */
    @ParameterizedTest
    @MethodSource("commands")
    void theFileOfEveryHelpIsWhatTheCommandPrints(List<String> path) throws IOException {
        List<String> args = new ArrayList<>(path);
        args.add("--help");
        String printed = new Shell().run(args.toArray(String[]::new)).out();
        Path file = FILES.resolve((path.isEmpty() ? "holdfast" : String.join("-", path)) + ".txt");

        if (Boolean.getBoolean("holdfast.help.write")) {
            Files.writeString(file, printed);
        }

        assertThat(file).as("written again by -Dholdfast.help.write=true").hasContent(printed);
        assertThat(printed).matches("[\\n -~]*");
        assertThat(printed.lines()).allMatch(line -> line.length() <= 80);
    }

    /** The two are of the script alone. */
    @Test
    void noFileIsOfACommandThatIsNotThere() throws IOException {
        List<String> expected = commands()
                .map(path -> path.isEmpty() ? "holdfast.txt" : String.join("-", path) + ".txt")
                .collect(Collectors.toCollection(ArrayList::new));
        expected.addAll(List.of("build.txt", "test.txt"));

        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void theVersionIsThatOfTheBuild() throws IOException {
        String pom = Files.readString(Path.of("../pom.xml"));

        Shell.Result result = new Shell().run("--version");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).startsWith("holdfast ").hasLineCount(1);
        assertThat(pom)
                .contains("<version>"
                        + result.out().substring("holdfast ".length()).strip() + "</version>");
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
