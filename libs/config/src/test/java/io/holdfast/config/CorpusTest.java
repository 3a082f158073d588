package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.networknt.schema.JsonSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Files, each with what has to be said of it in comments at its end: {@code # problem: LINE:COLUMN: PATH: MESSAGE}, and
 * {@code # schema: refuses}, {@code # schema: accepts, REASON} where JSON Schema can't tell, or {@code # schema: not asked,
 * REASON} where there is no document to ask it about.
 */
class CorpusTest {
    private static final Environment NOTHING = Environment.of(Map.of());

    private final JsonSchema schema = Corpus.schema();

    CorpusTest() throws IOException {}

    @TestFactory
    Stream<DynamicTest> aBrokenFileIsRefusedWithEveryProblemInIt() throws IOException {
        return Corpus.files("broken").stream()
                .map(file -> dynamicTest(name(file), () -> {
                    ConfigException refusal = Objects.requireNonNull(
                            catchThrowableOfType(ConfigException.class, () -> HoldfastConfig.load(file, NOTHING)),
                            "accepted");

                    assertThat(refusal.problems())
                            .extracting(CorpusTest::withoutFile)
                            .isEqualTo(comments(file, "# problem: "));
                }));
    }

    @TestFactory
    Stream<DynamicTest> theSchemaRefusesBrokenFilesToo() throws IOException {
        return Corpus.files("broken").stream()
                .map(file -> dynamicTest(name(file), () -> {
                    String expected = comments(file, "# schema: ").getFirst();
                    ConfigProblems syntax = new ConfigProblems("");
                    YamlNode yamlNode = YamlParser.read(Files.readString(file), syntax);

                    if (yamlNode == null || syntax.count() > 0) {
                        assertThat(expected).startsWith("not asked, ");
                    } else {
                        boolean accepts = schema.validate(Corpus.json(yamlNode)).isEmpty();
                        assertThat(expected).matches(accepts ? "accepts, .+" : "refuses");
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aGoodFileIsAcceptedByTheMappingAndTheSchema() throws IOException {
        return Stream.concat(Corpus.files("good").stream(), Stream.of(Corpus.path("/example.yaml")))
                .map(file -> dynamicTest(name(file), () -> {
                    YamlNode yamlNode =
                            Objects.requireNonNull(YamlParser.read(Files.readString(file), new ConfigProblems("")));

                    assertThatCode(() -> HoldfastConfig.load(file, NOTHING)).doesNotThrowAnyException();
                    assertThat(schema.validate(Corpus.json(yamlNode))).isEmpty();
                }));
    }

    @Test
    void thereAreFortyBrokenFilesAtLeast() throws IOException {
        assertThat(Corpus.files("broken")).hasSizeGreaterThanOrEqualTo(40);
        assertThat(Corpus.files("good")).hasSizeGreaterThanOrEqualTo(5);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String withoutFile(ConfigProblem problem) {
        return problem.toString().substring(problem.file().length() + 1);
    }

    private static List<String> comments(Path file, String start) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .toList();
    }
}
