import { Component, type ComponentChildren, type FunctionComponent } from 'preact';

/** Renders again only when a prop has changed. (`memo` of preact/compat would bundle all of compat.) */
export function memo<P extends object>(View: FunctionComponent<P>) {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const now: object = this.props;
      const keys = new Set([...Object.keys(now), ...Object.keys(next)]);
      return [...keys].some((key) => Reflect.get(now, key) !== Reflect.get(next, key));
    }

    override render(): ComponentChildren {
      return <View {...(this.props as P)} />;
    }
  };
}
