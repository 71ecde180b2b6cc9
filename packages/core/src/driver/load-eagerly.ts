import { ContainerModule, type Container, type ServiceIdentifier } from 'inversify';

/**
 * Loads a module and makes every service that it binds at once, in this container. A singleton that were made
 * on its first use from a container below would be given that one's `Scope` and `Logger`, and die with it.
 */
export async function loadEagerly(container: Container, module: ContainerModule): Promise<void> {
  const bound = new Set<ServiceIdentifier>();
  await container.loadAsync(
    new ContainerModule(async (options) => {
      await module.load({
        ...options,
        bind: <T>(service: ServiceIdentifier<T>) => {
          bound.add(service);
          return options.bind(service);
        },
      });
    }),
  );
  for (const service of bound) {
    await container.getAllAsync(service);
  }
}
