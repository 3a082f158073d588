package io.holdfast.devstack.rds;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes elements. */
final class Xml {
    private final StringBuilder text = new StringBuilder();

    Xml open(String name) {
        text.append('<').append(name).append('>');
        return this;
    }

    Xml close(String name) {
        text.append("</").append(name.replaceFirst(" .*", "")).append('>');
        return this;
    }

    /** Leaves out what is null. */
    Xml put(String name, @Nullable Object value) {
        if (value != null) {
            String escaped =
                    value.toString().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
            open(name).text.append(escaped);
            close(name);
        }
        return this;
    }

    <T> Xml list(String name, String member, List<T> values, BiConsumer<Xml, T> write) {
        open(name);
        for (T value : values) {
            open(member);
            write.accept(this, value);
            close(member);
        }
        return close(name);
    }

    Xml tags(Map<String, String> tags) {
        return list(
                "TagList",
                "Tag",
                List.copyOf(tags.entrySet()),
                (xml, tag) -> xml.put("Key", tag.getKey()).put("Value", tag.getValue()));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
