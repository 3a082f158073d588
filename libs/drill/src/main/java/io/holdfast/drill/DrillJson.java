package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** The JSON of reports: ISO instants, no nulls, fields in the order of the record. Unknown fields are ignored. */
public final class DrillJson {
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    /** Line ends do not depend on the operating system, so that the same report has the same bytes everywhere. */
    private static final ObjectWriter INDENTED =
            MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    private DrillJson() {}

    /** Returns the report as indented JSON with a line end at its end. */
    public static String write(DrillReport report) {
        return text(report);
    }

    /**
     * Reads a report.
     *
     * @throws IllegalArgumentException if the text is not JSON, or a field is missing or invalid
     */
    public static DrillReport read(String json) {
        try {
            return MAPPER.readValue(json, DrillReport.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a report of a drill: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns any value as indented JSON with a line end at its end. */
    public static String text(Object value) {
        try {
            return INDENTED.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass() + " cannot be written as JSON", e);
        }
    }
}
