package io.holdfast.notifier.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of rules in the guide is that of the code. With {@code -Dholdfast.golden=write} it is written anew. */
class RulesGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/alerts.md");
    private static final String BEGIN = "<!-- rules -->\n";
    private static final String END = "<!-- /rules -->";

    @Test
    void theGuideHasEveryRuleWithItsThresholdAndRemedy() throws IOException {
        String table = "| rule | severity | fires if | what to do |\n|---|---|---|---|\n"
                + Arrays.stream(AlertRule.values()).map(RulesGuideTest::row).collect(Collectors.joining());
        String guide = Files.readString(GUIDE);
        int from = guide.indexOf(BEGIN) + BEGIN.length();
        int to = guide.indexOf(END);
        if ("write".equals(System.getProperty("holdfast.golden"))) {
            Files.writeString(GUIDE, guide.substring(0, from) + table + guide.substring(to));
        }

        assertThat(Files.readString(GUIDE)).contains(BEGIN + table + END);
    }

    private static String row(AlertRule rule) {
        return "| `" + rule.label() + "` | " + rule.severity().name().toLowerCase(Locale.ROOT) + " | "
                + rule.threshold() + " | " + rule.remedy() + " |\n";
    }
}
