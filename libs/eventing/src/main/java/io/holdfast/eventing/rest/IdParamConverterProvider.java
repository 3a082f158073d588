package io.holdfast.eventing.rest;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ids as parameters of paths and queries. What is no id names nothing: 404. */
@Provider
public class IdParamConverterProvider implements ParamConverterProvider {
    private static final Map<Class<?>, Function<String, ?>> IDS = Map.of(
            BackupId.class, BackupId::parse,
            RestoreId.class, RestoreId::parse,
            SourceId.class, SourceId::parse,
            VerificationId.class, VerificationId::parse);

    @Override
    @SuppressWarnings("unchecked") // each class is mapped to its own parse
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> type, Type genericType, Annotation[] annotations) {
        Function<String, ?> parse = IDS.get(type);
        return parse == null ? null : new Conversion<>((Function<String, T>) parse);
    }

    private record Conversion<T>(Function<String, T> parse) implements ParamConverter<T> {
        @Override
        public @Nullable T fromString(@Nullable String text) {
            try {
                return text == null ? null : parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new NotFoundException(problem(e), e);
            }
        }

        private static Response problem(IllegalArgumentException e) {
            return ProblemDetails.of(
                    Response.Status.NOT_FOUND, String.valueOf(e.getMessage()), FailureCode.REQUEST_INVALID, null);
        }

        @Override
        public String toString(T id) {
            return id.toString();
        }
    }
}
