package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaAndReferenceTest {
    // HOLDFAST_WRITE=1 mvn test -Dtest=SchemaAndReferenceTest writes both anew
    private static final boolean WRITE = System.getenv("HOLDFAST_WRITE") != null;
    private static final Path SCHEMA = Path.of("src/main/resources" + Corpus.SCHEMA);
    private static final Path PAGE = Path.of("../../docs/reference/config.md");

    @Test
    void theSchemaIsThatOfTheMapping() throws IOException {
        equalOrWritten(SCHEMA, SchemaDocument.text());
    }

    @Test
    void theReferencePageIsThatOfTheMapping() throws IOException {
        equalOrWritten(PAGE, ReferencePage.text() + "\n");
    }

    @Test
    void everyKeyIsInTheSchemaAndOnTheReferencePage() throws IOException {
        List<String> keys = new ArrayList<>();
        collect(HoldfastConfig.Document.class, keys);
        String schema = Files.readString(SCHEMA);
        String page = Files.readString(PAGE);

        assertThat(keys).hasSizeGreaterThan(80).allSatisfy(key -> {
            assertThat(schema).contains("\"" + key + "\" : {");
            assertThat(page).containsAnyOf("\n| `" + key + "` | ", "\n### " + key + "\n");
        });
    }

    private static void collect(Type type, List<String> keys) {
        if (SectionSchema.isList(type)) {
            collect(SectionSchema.argument(type, 0), keys);
        } else if (SectionSchema.isMap(type)) {
            collect(SectionSchema.argument(type, 1), keys);
        } else if (type instanceof Class<?> plain && SectionSchema.isChoice(plain)) {
            ConfigBinder.choices(plain).values().forEach(variant -> collect(variant, keys));
        } else if (type instanceof Class<?> plain && plain.isRecord() && !ScalarTypes.isScalar(plain)) {
            for (SectionSchema.Field field : SectionSchema.fields(plain)) {
                keys.add(field.name());
                collect(field.type(), keys);
            }
        }
    }

    private static void equalOrWritten(Path file, String expected) throws IOException {
        if (WRITE) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, expected);
        }
        assertThat(file).hasContent(expected);
    }
}
