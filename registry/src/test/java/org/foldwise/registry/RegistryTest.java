package org.foldwise.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestConstructor;

/**
 * A test with the whole registry on a real database. Classes without properties of their own share one database: they make what they
 * need under fresh ids and look at nothing else.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = RegistryTest.Application.class,
        properties = {
            "spring.jpa.hibernate.ddl-auto=validate",
            "spring.jpa.open-in-view=false",
            "spring.main.banner-mode=off",
            "foldwise.artifacts.directory=target/test-artifacts"
        })
@ContextConfiguration(initializers = FreshDatabase.class)
@TestConstructor(autowireMode = TestConstructor.AutowireMode.ALL)
public @interface RegistryTest {

    @EnableAutoConfiguration
    @Import({RegistryConfiguration.class, Story.class})
    final class Application {}
}
