package io.holdfast.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the keys of a section are, read off its record. */
final class SectionSchema {
    private SectionSchema() {}

    /** A key: its name, its type (without the Optional) and what {@link ConfigKey} says of it. */
    record Field(String name, Type type, ConfigKey key, boolean optional) {
        /** Whether a file without it is refused. */
        boolean required() {
            if (optional || !key.fallback().isEmpty()) {
                return false;
            }
            if (type instanceof Class<?> plain) {
                return !plain.isRecord()
                        || ScalarTypes.isScalar(plain)
                        || plain.isAnnotationPresent(ExactlyOneOf.class)
                        || fields(plain).stream().anyMatch(Field::required);
            }
            return key.nonEmpty();
        }
    }

    static List<Field> fields(Class<?> section) {
        return Arrays.stream(section.getRecordComponents())
                .map(SectionSchema::field)
                .toList();
    }

    private static Field field(RecordComponent component) {
        ConfigKey key = Objects.requireNonNull(component.getAnnotation(ConfigKey.class), component::toString);
        Type type = component.getGenericType();
        boolean optional = component.getType() == Optional.class;
        String name = key.name().isEmpty() ? kebab(component.getName()) : key.name();
        return new Field(name, optional ? argument(type, 0) : type, key, optional);
    }

    static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    static boolean isList(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == List.class;
    }

    static boolean isMap(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == Map.class;
    }

    static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** Whether its key {@code type} chooses between records. */
    static boolean isChoice(Class<?> type) {
        return type.isSealed() && type.isInterface();
    }

    /** The words of an enum as they stand in the file. */
    static List<String> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }
}
