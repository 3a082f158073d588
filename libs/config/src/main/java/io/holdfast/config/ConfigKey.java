package io.holdfast.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key of holdfast.yaml. The mapping, the JSON Schema and the reference page all read it, so that they can't differ. The
 * key's name is the component's in kebab case; it is optional if the component is an {@link java.util.Optional}, a list, a
 * map, has a {@link #fallback}, or is a section of which every key is optional.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface ConfigKey {
    /** What it means, in a sentence. */
    String value();

    /** The key's name where the component can't be called so. */
    String name() default "";

    /** Its default as YAML; none if empty. */
    String fallback() default "";

    /** An example as YAML. */
    String example() default "";

    /** The smallest whole number. */
    int min() default Integer.MIN_VALUE;

    /** The largest whole number. */
    int max() default Integer.MAX_VALUE;

    /** What a text, or each key of a map, has to look like. */
    String pattern() default "";

    /** What {@link #pattern} means, in words. */
    String rule() default "";

    /** That a list or map may not be left out, nor be empty. */
    boolean nonEmpty() default false;
}
