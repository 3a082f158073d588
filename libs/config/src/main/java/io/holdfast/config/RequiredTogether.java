package io.holdfast.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** These two keys of a section are either both there or both not. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface RequiredTogether {
    String[] value();
}
