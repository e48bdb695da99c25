package dev.tocsin.kafka;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A test that takes a {@link KafkaUnderTest} as a parameter of its constructor, its life-cycle methods or its test methods.
 * Tagged {@code broker}, so that the same tests can be picked for another round against a broker in a container.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("broker")
@ExtendWith(BrokerTest.Resolver.class)
public @interface BrokerTest {

    /** Gives the broker that all tests of this process share, started at the first use. */
    final class Resolver implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
            return parameter.getParameter().getType() == KafkaUnderTest.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
            test.getRoot()
                    .getStore(ExtensionContext.Namespace.create(BrokerTest.class))
                    .getOrComputeIfAbsent("stop", key -> (AutoCloseable) KafkaUnderTest::stopShared);
            return KafkaUnderTest.shared();
        }
    }
}
