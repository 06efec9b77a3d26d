/** A style sheet as text, which is how Vite imports it. */
declare module '*.css?inline' {
  const text: string;
  export default text;
}
