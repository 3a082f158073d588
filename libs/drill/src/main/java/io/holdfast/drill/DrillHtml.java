package io.holdfast.drill;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.RawString;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A report as one HTML file, to be read in a browser or printed on A4. It loads nothing and runs no script; its own policy
 * (Content-Security-Policy) allows only its style sheet, by its hash. Every text of the report is escaped. The same report
 * gives the same bytes.
 */
public final class DrillHtml {
    private static final String STYLE = resource("report.css");
    private static final String STYLE_HASH = hash(STYLE);
    private static final Template TEMPLATE = Objects.requireNonNull(Engine.builder()
            .addDefaults()
            .addValueResolver(new ReflectionValueResolver())
            .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML)))
            .build()
            .parse(resource("report.html"), Variant.forContentType(Variant.TEXT_HTML)));

    private DrillHtml() {}

    public static String of(DrillReport report) {
        return TEMPLATE.data("d", DrillView.of(report))
                .data("style", new RawString(STYLE))
                .data("styleHash", STYLE_HASH)
                .render();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(DrillHtml.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
