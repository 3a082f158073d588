package io.holdfast.contracts;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One filled record of every kind in the contract, found in the golden files; and what their constructors refuse. */
final class Samples {
    private Samples() {}

    /** Every record of the contract that travels: the events, and the parts they are made of; but ids, which are texts. */
    static Collection<Record> all() {
        Map<Class<?>, Record> found = new LinkedHashMap<>();
        Contract.types().forEach(type -> collect(Contract.goldenEvent(type), found));
        collect(new RestoreTarget.Url("postgresql://holdfast@db2:5432/portal_copy"), found);
        collect(new RestoreTarget.Replace(), found);
        collect(new RestoreTarget.Merge(RestoreTarget.Mode.MISSING_ONLY), found);
        return found.values();
    }

    /** The parts only: what is not an event itself. */
    static Stream<Record> parts() {
        return all().stream().filter(r -> !(r instanceof Event));
    }

    /** Whether a record can't be made without this component. */
    static boolean isRequired(Record sample, RecordComponent component) {
        if (component.getType().isPrimitive()) {
            return true;
        }
        try {
            with(sample, component, null);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    static Record with(Record sample, RecordComponent changed, @Nullable Object value) {
        RecordComponent[] components = sample.getClass().getRecordComponents();
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @Nullable
        Object[] values = Stream.of(components)
                .map(c -> c.getName().equals(changed.getName()) ? value : value(sample, c))
                .toArray();
        try {
            var constructor = sample.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new AssertionError(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static @Nullable Object value(Record sample, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(sample);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static void collect(@Nullable Object value, Map<Class<?>, Record> found) {
        if (value instanceof Collection<?> values) {
            values.forEach(v -> collect(v, found));
        } else if (value instanceof Record sample && !isId(sample)) {
            found.putIfAbsent(sample.getClass(), sample);
            for (RecordComponent component : sample.getClass().getRecordComponents()) {
                collect(value(sample, component), found);
            }
        }
    }

    private static boolean isId(Record sample) {
        return sample.getClass().getSimpleName().endsWith("Id");
    }
}
